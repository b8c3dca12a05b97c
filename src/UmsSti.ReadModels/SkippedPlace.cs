using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels;

/// <summary>An event a projector was told to go on without.</summary>
/// <param name="EventId">Its id.</param>
/// <param name="Stream">Name of its stream.</param>
/// <param name="Index">Its index in the stream.</param>
/// <param name="Position">Its log position.</param>
/// <param name="EventType">Its stored name.</param>
/// <param name="Error">Why the stream was parked.</param>
/// <param name="At">When it was skipped.</param>
public sealed record SkippedPlace(long EventId, string Stream, long Index, long Position, string EventType, string Error, DateTimeOffset At);

/// <summary>Reads and writes them.</summary>
internal static class SkippedEvents
{
    public static IReadOnlyList<SkippedPlace> List(Connection connection, string projector)
    {
        var statement = connection.Get("Catalogue/skipped_list").Bind(1, projector);
        var skipped = new List<SkippedPlace>();
        while (statement.Step())
            skipped.Add(new(
                statement.Int64(0), statement.Text(1), statement.Int64(2), statement.Int64(3), statement.Text(4), statement.Text(5),
                DateTimeOffset.FromUnixTimeMilliseconds(statement.Int64(6))));
        statement.Reset();
        return skipped;
    }

    public static void Insert(Connection connection, string projector, SkippedPlace skipped) =>
        connection.Get("Catalogue/skipped_insert").Bind(1, projector).Bind(2, skipped.EventId).Bind(3, skipped.Stream).Bind(4, skipped.Index)
            .Bind(5, skipped.Position).Bind(6, skipped.EventType).Bind(7, skipped.Error).Bind(8, skipped.At.ToUnixTimeMilliseconds()).Run();
}
