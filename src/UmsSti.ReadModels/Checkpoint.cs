namespace UmsSti.ReadModels;

/// <summary>How far a projector has come in its log.</summary>
/// <param name="Position">Last log position looked at; 0 before the first.</param>
/// <param name="EventId">Id of the event there; 0 before the first.</param>
/// <param name="Seen">Events of the projector's categories up to the position.</param>
/// <param name="Applied">Of those, how many are in the rows. The difference is held in parked streams.</param>
/// <param name="Checksum">Over the applied events, whatever their order.</param>
public readonly record struct Checkpoint(long Position, long EventId, long Seen, long Applied, long Checksum);

/// <summary>A stream a projector could not go on with.</summary>
/// <param name="Stream">Name of the stream.</param>
/// <param name="FromIndex">First event of the stream that is not applied.</param>
/// <param name="FromPosition">Its log position.</param>
/// <param name="Error">What went wrong at the last try.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="At">When it was tried last.</param>
/// <param name="Held">Events of the stream that are waiting in the log.</param>
public sealed record ParkedStream(string Stream, long FromIndex, long FromPosition, string Error, int Tries, DateTimeOffset At, long Held);
