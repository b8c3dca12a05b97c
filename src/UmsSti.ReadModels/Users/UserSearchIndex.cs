using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Users;

/// <summary>
/// Full text over names and addresses (FTS5, no copy of the text). Taking in one changed row costs ten times its row, and
/// in bulk a tenth of that, so changed rows wait in a small backlog; whoever searches has it taken in first, so a search
/// never misses a row it could read.
/// </summary>
public sealed class UserSearchIndex
{
    /// <summary>Pages of the index merged per transaction while it is compacted.</summary>
    private const int MergePages = 500;

    /// <summary>Names the work of <see cref="CompactIfAsked"/>.</summary>
    private const string Compaction = "compact-user-search";

    private readonly ReadModelDatabase _database;
    private readonly Dictionary<int, long> _backlog = []; // by generation; touched inside write transactions only
    private long _erasures;

    internal UserSearchIndex(ReadModelDatabase database) => _database = database;

    /// <summary>Takes the backlog in when there is one. Called before a search.</summary>
    internal async ValueTask CatchUp(Connection reader, CancellationToken ct)
    {
        if (reader.Get("Users/backlog_any").Scalar() == 0)
            return;
        await _database.WriteAsync(session => Flush(session, _database.Generations.Active(ReadModelLayout.Users.Name), erased: false), ct)
            .ConfigureAwait(false);
    }

    /// <summary>After rows were written: takes the backlog in when it is long, or at once when somebody was erased.</summary>
    internal void TakeIn(WriteSession session, int generation, bool erased)
    {
        if (erased || Backlog(session, generation) >= _database.Options.SearchBacklogRows)
            Flush(session, generation, erased);
        if (!erased)
            return;
        Interlocked.Increment(ref _erasures);
        _database.Housekeeping.Ask(session, Compaction);
    }

    /// <summary>Notes one more row in the backlog of a generation.</summary>
    internal void Noted(WriteSession session, int generation) => _backlog[generation] = Backlog(session, generation) + 1;

    /// <summary>
    /// Merges the index into one piece, in bounded transactions: only then are words that left a row also gone from the
    /// file. To be run after an erasure.
    /// </summary>
    public async Task Compact(CancellationToken ct)
    {
        var pages = -MergePages; // negative: begin a merge of everything
        while (await _database.WriteAsync(session => MergeStep(session, pages), ct).ConfigureAwait(false))
            pages = MergePages;
    }

    /// <summary>Compacts the index when somebody was erased since it was compacted last. Several erasures need it once.</summary>
    public async Task CompactIfAsked(CancellationToken ct)
    {
        var erasures = Interlocked.Read(ref _erasures);
        if (!await _database.WriteAsync(static session => Housekeeping.IsAsked(session, Compaction), ct).ConfigureAwait(false))
            return;
        await Compact(ct).ConfigureAwait(false);
        await _database.WriteAsync(
            session =>
            {
                if (erasures == Interlocked.Read(ref _erasures)) // otherwise once more: somebody was erased meanwhile
                    Housekeeping.Done(session, Compaction);
            },
            ct).ConfigureAwait(false);
    }

    /// <summary>Whether the index holds exactly the words of the rows. Throws <see cref="ReadModelException"/> when not.</summary>
    public Task Verify(CancellationToken ct) => _database.WriteAsync(session =>
    {
        var generation = _database.Generations.Active(ReadModelLayout.Users.Name);
        Flush(session, generation, erased: false);
        session.Connection.Get("Users/search_check", generation).Run();
    }, ct);

    /// <summary>Takes in all rows of a generation that was built without the index, in slices.</summary>
    internal async Task Fill(int generation, CancellationToken ct)
    {
        var from = 0L;
        while (true)
        {
            var start = from;
            var end = await _database.WriteAsync(session => FillSlice(session.Connection, generation, start), ct).ConfigureAwait(false);
            if (end == 0)
                return;
            from = end;
        }
    }

    private long FillSlice(Connection connection, int generation, long from)
    {
        var end = connection.Get("Users/search_fill_end", generation).Bind(1, from).Bind(2, _database.Options.SearchFillRows).Scalar();
        if (end > 0)
            connection.Get("Users/search_fill", generation).Bind(1, from).Bind(2, end).Run();
        return end;
    }

    private bool MergeStep(WriteSession session, int pages)
    {
        var before = session.Connection.TotalChanges;
        Setting(session.Connection, _database.Generations.Active(ReadModelLayout.Users.Name), "merge", pages);
        return session.Connection.TotalChanges - before >= 2; // FTS5: less means nothing is left to merge
    }

    // In order of rows, removals first: FTS5 closes a segment whenever a row comes before the last one.
    private void Flush(WriteSession session, int generation, bool erased)
    {
        var connection = session.Connection;
        if (erased)
            Setting(connection, generation, "secure-delete", 1);
        var stale = connection.Get("Users/backlog_indexed", generation);
        var remove = connection.Get("Users/search_remove", generation);
        while (stale.Step())
            remove.Bind(1, stale.Int64(0)).Bind(2, stale.TextOrNull(1)).Bind(3, stale.TextOrNull(2)).Run();
        stale.Reset();
        connection.Get("Users/search_add_backlog", generation).Run();
        connection.Get("Users/backlog_clear", generation).Run();
        if (erased)
            Setting(connection, generation, "secure-delete", 0);
        _backlog.Remove(generation);
    }

    private static void Setting(Connection connection, int generation, string name, long value) =>
        connection.Get("Users/search_setting", generation).Bind(1, name).Bind(2, value).Run();

    // A transaction that is rolled back may leave the number too high or forgotten: then the backlog is taken in early, or counted again.
    private long Backlog(WriteSession session, int generation)
    {
        if (!_backlog.TryGetValue(generation, out var rows))
            _backlog[generation] = rows = session.Connection.Get("Users/backlog_count", generation).Scalar();
        return rows;
    }
}
