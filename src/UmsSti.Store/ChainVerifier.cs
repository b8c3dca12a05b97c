using UmsSti.Store.EventLog;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store;

/// <summary>Where a log is not what was written, and what is wrong there.</summary>
/// <param name="Position">The first bad position; 0 when the damage lies outside the events (an index, a page no event lives on).</param>
/// <param name="Reason">One line.</param>
public sealed record ChainBreak(long Position, string Reason);

/// <summary>What a verification found.</summary>
/// <param name="Events">Events found good before the end or the break.</param>
/// <param name="Head">The last position in the file; 0 when it cannot be read.</param>
/// <param name="Break">The first bad place, or null when everything is as it was written.</param>
public sealed record ChainVerification(long Events, long Head, ChainBreak? Break)
{
    /// <summary>Whether everything is as it was written.</summary>
    public bool IsGood => Break is null;
}

/// <summary>How far a verification is.</summary>
public readonly record struct VerifyProgress(long Position, long Head);

/// <summary>
/// Walks a log file from the first event: positions without gaps, versions of each stream without gaps, the hash chain, and at the
/// end SQLite's own check of pages and indexes. Reads by a connection of its own, so a running server is not disturbed. Damage is
/// reported, never thrown. Memory: 8 bytes a stream.
/// </summary>
public static class ChainVerifier
{
    /// <summary>Events between two reports of progress, and two looks at the cancellation token.</summary>
    private const int ProgressEvery = 10_000;

    private const string Sql = "Sql/EventLog/";

    /// <summary>Verifies a file. Runs on the caller's thread.</summary>
    /// <exception cref="StoreStartException">The file is not there.</exception>
    public static ChainVerification Verify(string path, IProgress<VerifyProgress>? progress = null, CancellationToken ct = default)
    {
        if (!File.Exists(path))
            throw new StoreStartException($"'{path}' is not there: name a data folder that holds a log.");
        using var walk = new Walk();
        try
        {
            using var reader = LogReader.Open(path, new EventLogOptions());
            using (var head = reader.Database.Once(Sql + "find_head"))
            {
                if (head.Step())
                    walk.Head = head.Int64(0);
            }

            var found = Events(reader, walk, progress, ct) ?? Pages(reader.Database);
            return new ChainVerification(walk.Good, walk.Head, found);
        }
        catch (SqliteFault fault)
        {
            return new ChainVerification(walk.Good, walk.Head, new ChainBreak(walk.Good + 1, $"the file cannot be read from here on ({fault.Message})"));
        }
    }

    private static ChainBreak? Events(LogReader reader, Walk walk, IProgress<VerifyProgress>? progress, CancellationToken ct)
    {
        using var row = reader.Database.Once(Sql + "scan_events");
        while (row.Step())
        {
            if (walk.Check(row, reader) is { } found)
                return found;
            if (walk.Good % ProgressEvery != 0)
                continue;
            ct.ThrowIfCancellationRequested();
            progress?.Report(new VerifyProgress(walk.Good, Math.Max(walk.Head, walk.Good)));
        }

        walk.Head = Math.Max(walk.Head, walk.Good);
        progress?.Report(new VerifyProgress(walk.Good, walk.Head));
        return walk.Good == walk.Head ? null : new ChainBreak(walk.Good + 1, "the events end here, before the head");
    }

    /// <summary>Pages and indexes, which the chain does not cover.</summary>
    private static ChainBreak? Pages(Database database)
    {
        var answer = database.QueryText("PRAGMA integrity_check(1)");
        return answer == "ok" ? null : new ChainBreak(0, $"SQLite found damage outside the events: {answer?.ReplaceLineEndings(" ")}");
    }

    private sealed class Walk : IDisposable
    {
        private readonly HashChain _chain = new();
        private readonly byte[] _hash = new byte[HashChain.HashBytes];
        private long[] _versions = new long[1024];

        public long Good { get; private set; }

        public long Head { get; set; }

        public void Dispose() => _chain.Dispose();

        public ChainBreak? Check(Statement row, LogReader reader)
        {
            var position = row.Int64(0);
            var streamId = row.Int64(1);
            var version = row.Int64(2);
            if (position != Good + 1)
                return new ChainBreak(Good + 1, $"position {Good + 1} is missing, the next one is {position}");

            string stream, eventType;
            try
            {
                stream = reader.NameOf(streamId).Value;
                eventType = reader.TypeOf(row.Int64(4));
            }
            catch (SqliteFault fault)
            {
                return new ChainBreak(position, fault.Message);
            }

            // Stream numbers are given out one by one, so a good one is never larger than the number of events.
            if (streamId < 1 || streamId > position)
                return new ChainBreak(position, $"stream number {streamId} cannot be");
            if (streamId >= _versions.Length)
                Array.Resize(ref _versions, (int)Math.Min(Array.MaxLength, Math.Max(streamId + 1, _versions.Length * 2L)));
            if (version != _versions[streamId])
                return new ChainBreak(position, $"it holds version {version} of '{stream}' where {_versions[streamId]} is due");

            _chain.Link(
                _hash, position, version, row.Int64(3), row.Int64(6), (int)row.Int64(5), stream, eventType, row.Blob(8), row.Blob(9), _hash);
            if (!row.Blob(7).SequenceEqual(_hash))
                return new ChainBreak(position, "its hash does not follow from its content and the hash before it");
            _versions[streamId]++;
            Good = position;
            return null;
        }
    }
}
