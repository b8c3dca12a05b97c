using SQLitePCL;

namespace UmsSti.Benchmarks.Raw;

/// <summary>An event as its row stands in the file.</summary>
internal sealed record EventRow(
    long Position, long StreamId, long Version, long EventId, long TypeId, long SchemaVersion, long Time, byte[] Hash, byte[] Data, byte[] Meta);

/// <summary>A remembered command as its row stands in the file.</summary>
internal sealed record CommandRow(long Id, long Key, byte[] CommandId, byte[] Fingerprint, byte[] Answer, long At, long Position);

/// <summary>
/// A segment of the index of commands: written, sorted, once the command <see cref="LastId"/> is there. The filter is null while the
/// segment is not finished.
/// </summary>
internal sealed record SegmentRow(long Number, long LastId, byte[]? Filter, IReadOnlyList<(long Key, long Id)> Keys);

/// <summary>A stream or an event type: its number and its name in UTF-8.</summary>
internal sealed record NameRow(long Id, byte[] Name);

/// <summary>
/// The rows our log wrote, taken out of its file, so that the raw side writes the very same ones (same tables, same bytes) with nothing
/// left to do but SQLite's own work.
/// </summary>
internal sealed class LogRows
{
    private LogRows(List<EventRow> events, List<CommandRow> commands, List<SegmentRow> segments, List<NameRow> streams, List<NameRow> types)
    {
        Events = events;
        Commands = commands;
        Segments = segments;
        Streams = streams;
        Types = types;
    }

    /// <summary>In the order of positions.</summary>
    public List<EventRow> Events { get; }

    /// <summary>In the order they were remembered.</summary>
    public List<CommandRow> Commands { get; }

    /// <summary>The index of commands, in the order it was written.</summary>
    public List<SegmentRow> Segments { get; }

    /// <summary>In the order they were made, as their ids run.</summary>
    public List<NameRow> Streams { get; }

    public List<NameRow> Types { get; }

    /// <summary>Reads the file of a closed log.</summary>
    public static LogRows Read(string path)
    {
        using var file = new RawConnection(path);
        return new LogRows(
            All(file, "all_events", row => new EventRow(
                raw.sqlite3_column_int64(row, 0), raw.sqlite3_column_int64(row, 1), raw.sqlite3_column_int64(row, 2),
                raw.sqlite3_column_int64(row, 3), raw.sqlite3_column_int64(row, 4), raw.sqlite3_column_int64(row, 5),
                raw.sqlite3_column_int64(row, 6), raw.sqlite3_column_blob(row, 7).ToArray(), raw.sqlite3_column_blob(row, 8).ToArray(),
                raw.sqlite3_column_blob(row, 9).ToArray())),
            All(file, "all_commands", row => new CommandRow(
                raw.sqlite3_column_int64(row, 0), raw.sqlite3_column_int64(row, 1), raw.sqlite3_column_blob(row, 2).ToArray(),
                raw.sqlite3_column_blob(row, 3).ToArray(), raw.sqlite3_column_blob(row, 4).ToArray(), raw.sqlite3_column_int64(row, 5),
                raw.sqlite3_column_int64(row, 6))),
            SegmentsOf(file),
            All(file, "all_streams", Name),
            All(file, "all_event_types", Name));
    }

    private static List<SegmentRow> SegmentsOf(RawConnection file)
    {
        var finished = All(file, "all_command_segments", row =>
            (Number: raw.sqlite3_column_int64(row, 0), LastId: raw.sqlite3_column_int64(row, 1), Filter: raw.sqlite3_column_blob(row, 2).ToArray()))
            .ToDictionary(segment => segment.Number);
        var keys = All(file, "all_command_keys", row =>
            (Segment: raw.sqlite3_column_int64(row, 0), Key: raw.sqlite3_column_int64(row, 1), Id: raw.sqlite3_column_int64(row, 2)));
        return [.. keys.GroupBy(key => key.Segment).Select(segment => finished.TryGetValue(segment.Key, out var row)
            ? new SegmentRow(segment.Key, row.LastId, row.Filter, [.. segment.Select(key => (key.Key, key.Id))])
            : new SegmentRow(segment.Key, segment.Max(key => key.Id), null, [.. segment.Select(key => (key.Key, key.Id))]))];
    }

    private static NameRow Name(sqlite3_stmt row) => new(raw.sqlite3_column_int64(row, 0), raw.sqlite3_column_blob(row, 1).ToArray());

    private static List<T> All<T>(RawConnection file, string script, Func<sqlite3_stmt, T> read)
    {
        var statement = file.Prepare(Scripts.Own(script));
        var rows = new List<T>();
        while (file.Step(statement))
            rows.Add(read(statement));
        return rows;
    }
}
