using System.Collections.Concurrent;
using UmsSti.Kernel;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store.EventLog;

/// <summary>
/// Finds remembered commands by key. The newest are in memory (young); when there are enough they are written, sorted and a slice
/// a commit (sealing), as one segment of <c>command_keys</c>, and a filter of two bytes a key stays in memory. So a command costs the
/// same however many are remembered. The writer changes it; readers look things up at the same time, and meet only committed rows.
/// </summary>
internal sealed class CommandIndex(int commandsPerSegment)
{
    /// <summary>Keys of a segment written in one commit.</summary>
    private const int KeysPerSlice = 1_024;

    private const string Sql = "Sql/EventLog/";

    private volatile Known _known = new(new(), null, []);
    private long[] _keys = []; // of the segment in work, sorted
    private long[] _ids = [];
    private int _written;
    private int _writtenInCommit;
    private int _youngCount;
    private Segment? _sealed;

    /// <summary>Number of the last row written, committed or not.</summary>
    public long LastId { get; private set; }

    /// <summary>Segments on disk, for tests.</summary>
    public int SegmentCount => _known.Segments.Length;

    /// <summary>The command as remembered at or after a time (Unix ms), or null.</summary>
    public RememberedCommand? Find(CommandRows rows, string commandId, long key, long notBefore)
    {
        var known = _known;
        if (known.Young.TryGetValue(key, out var id) && rows.Find(id, commandId, notBefore) is { } young)
            return young;
        if (known.Sealing is { } sealing && sealing.TryGetValue(key, out id) && rows.Find(id, commandId, notBefore) is { } middle)
            return middle;
        foreach (var segment in known.Segments)
        {
            if (segment.Filter.MayContain(key) && rows.FindKey(segment.Number, key) is { } old && rows.Find(old, commandId, notBefore) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>Reads everything anew from the file.</summary>
    public void Load(Database database)
    {
        var segments = new List<Segment>();
        using (var list = database.Once(Sql + "list_command_segments"))
        {
            while (list.Step())
            {
                var filter = KeyFilter.From(list.Blob(2))
                    ?? throw new SqliteFault(SQLitePCL.raw.SQLITE_CORRUPT, $"the filter of command segment {list.Int64(0)} is damaged");
                segments.Add(new Segment(list.Int64(0), list.Int64(1), filter));
            }
        }

        LastId = segments.Count > 0 ? segments[0].LastId : 0;
        var young = new ConcurrentDictionary<long, long>();
        using (var rows = database.Once(Sql + "list_commands_after"))
        {
            rows.Bind(1, LastId);
            while (rows.Step())
                young[rows.Int64(0)] = LastId = rows.Int64(1);
        }

        _known = new Known(young, null, [.. segments]);
        _youngCount = young.Count;
        (_keys, _ids, _written, _writtenInCommit, _sealed) = ([], [], 0, 0, null);
    }

    /// <summary>Takes note of a row just written; returns its number.</summary>
    public long Add(long key)
    {
        _known.Young[key] = ++LastId;
        _youngCount++;
        return LastId;
    }

    /// <summary>Writes a slice of the segment in work, if there is one; within the transaction that is about to commit.</summary>
    public void WriteSlice(Database database, Statement insertKey)
    {
        var known = _known;
        if (known.Sealing is null)
        {
            if (_youngCount < commandsPerSegment)
                return;
            var entries = known.Young.ToArray();
            _keys = Array.ConvertAll(entries, entry => entry.Key);
            _ids = Array.ConvertAll(entries, entry => entry.Value);
            Array.Sort(_keys, _ids);
            (_written, _youngCount) = (0, 0);
            _known = known = new Known(new(), known.Young, known.Segments);
        }

        // A young part that is full again must not wait for the next commits.
        var upTo = _youngCount >= commandsPerSegment ? _keys.Length : Math.Min(_keys.Length, _written + KeysPerSlice);
        var number = known.Segments.Length > 0 ? known.Segments[0].Number + 1 : 1;
        for (var i = _written; i < upTo; i++)
            insertKey.Bind(1, number).Bind(2, _keys[i]).Bind(3, _ids[i]).Run();
        _writtenInCommit = upTo;
        if (upTo == _keys.Length)
            _sealed = Seal(database, number);
    }

    /// <summary>The transaction is committed: what it did to the index holds.</summary>
    public void Committed()
    {
        _written = _writtenInCommit;
        if (_sealed is null)
            return;
        _known = new Known(_known.Young, null, [_sealed, .. _known.Segments]);
        (_keys, _ids, _written, _writtenInCommit, _sealed) = ([], [], 0, 0, null);
    }

    /// <summary>Something was rolled back: forgets the rows that are not there any more.</summary>
    public void RolledBack(Database database)
    {
        using var newest = database.Once(Sql + "newest_command");
        var last = Math.Max(newest.Scalar() ?? 0, _known.Segments.Length > 0 ? _known.Segments[0].LastId : 0);
        if (_known.Sealing is not null || last > LastId)
        {
            // Rare enough to start over from the file; keys that were written already are met again and left as they are.
            Load(database);
            return;
        }

        foreach (var (key, id) in _known.Young)
        {
            if (id > last)
                _known.Young.TryRemove(key, out _);
        }

        _youngCount = _known.Young.Count;
        LastId = last;
    }

    /// <summary>Deletes a slice of the oldest segment when all its commands are forgotten; false when there is none such.</summary>
    public bool PruneSegment(Database database, int slice)
    {
        using var oldestCommand = database.Once(Sql + "oldest_command");
        if (_known.Segments is not [.., var oldest] || oldestCommand.Scalar() <= oldest.LastId)
            return false;
        using var deleteKeys = database.Once(Sql + "delete_command_keys");
        deleteKeys.Bind(1, oldest.Number).Bind(2, slice).Run();
        if (database.Changes > 0)
            return true;

        // The newest segment stays, empty: its number and last row must not be given out again.
        if (_known.Segments.Length == 1)
            return false;
        using var delete = database.Once(Sql + "delete_command_segment");
        delete.Bind(1, oldest.Number).Run();
        _known = _known with { Segments = _known.Segments[..^1] };
        return true;
    }

    private Segment Seal(Database database, long number)
    {
        var filter = new KeyFilter(_keys.Length);
        foreach (var key in _keys)
            filter.Add(key);
        var lastId = _ids.Max();
        using var insert = database.Once(Sql + "insert_command_segment");
        insert.Bind(1, number).Bind(2, lastId).Bind(3, filter.Bytes).Run();
        return new Segment(number, lastId, filter);
    }

    private sealed record Known(ConcurrentDictionary<long, long> Young, ConcurrentDictionary<long, long>? Sealing, Segment[] Segments);

    private sealed record Segment(long Number, long LastId, KeyFilter Filter);
}
