namespace UmsSti.Projections.Users;

/// <summary>One readable fact of a user's history.</summary>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Log">1: domain log, 2: activity log.</param>
/// <param name="Position">Its position in that log.</param>
/// <param name="Kind"><c>state</c>, <c>profile</c>, <c>permission</c>, <c>membership</c> or <c>session</c>.</param>
/// <param name="Type">Stored name of the event.</param>
/// <param name="Actor">Who did it: a user id, "anonymous" or "system:{job}".</param>
/// <param name="Detail">JSON object without personal data, UTF-8; ready to be written into an answer.</param>
public sealed record TimelineRow(DateTimeOffset At, int Log, long Position, string Kind, string Type, string Actor, ReadOnlyMemory<byte> Detail);

/// <summary>One page, oldest first: its facts, the cursor of the next one (null at the end), and how many there are in all.</summary>
public sealed record TimelinePage(IReadOnlyList<TimelineRow> Items, string? NextCursor, long Total);
