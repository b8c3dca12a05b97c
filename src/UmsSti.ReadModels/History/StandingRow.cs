namespace UmsSti.ReadModels.History;

/// <summary>Where a user stands, as far as the next change of state depends on it.</summary>
/// <param name="UserType">Stable name of the type.</param>
/// <param name="SubState">Stable name of the sub-state.</param>
/// <param name="RegisteredAt">When he was registered, UTC.</param>
/// <param name="ActivatedAt">Newest activation or return; null: never active.</param>
public sealed record StandingRow(string UserType, string SubState, DateTimeOffset RegisteredAt, DateTimeOffset? ActivatedAt);
