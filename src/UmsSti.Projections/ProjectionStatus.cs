namespace UmsSti.Projections;

/// <summary>One projector as operators see it (<c>GET /projections</c>).</summary>
/// <param name="Name">Name of the projector.</param>
/// <param name="Model">The read model it writes to.</param>
/// <param name="Log"><c>domain</c> or <c>activity</c>.</param>
/// <param name="Position">Log position its rows show.</param>
/// <param name="Head">Position of the newest event of its log.</param>
/// <param name="Lag">Events between the two.</param>
/// <param name="LagSeconds">How long it has been behind; 0 when it is not.</param>
/// <param name="Applied">Events in its rows.</param>
/// <param name="Missing">Events of its categories that are not, because their streams are parked.</param>
/// <param name="Checksum">Over the applied events, 16 hex digits; equal for every way to the same rows.</param>
/// <param name="State"><c>starting</c>, <c>catching-up</c>, <c>live</c>, <c>rebuilding</c>, <c>faulted</c> or <c>stopped</c>.</param>
/// <param name="Parked">Streams it holds back.</param>
/// <param name="Error">Why it is faulted; null otherwise.</param>
public sealed record ProjectionStatus(
    string Name, string Model, string Log, long Position, long Head, long Lag, double LagSeconds,
    long Applied, long Missing, string Checksum, string State, int Parked, string? Error);
