using UmsSti.ReadModels.Hierarchy;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Teams;

/// <summary>
/// The teams of one generation and their tree, for one writer. Drafts are changed in memory and written once a batch, with the
/// changes of the tree in the order they happened; nothing is kept of a batch that was rolled back (<see cref="Discard"/>).
/// </summary>
public sealed class TeamRows(int generation, int cacheRows)
{
    private readonly DraftBatch<TeamDraft> _batch = new(cacheRows);
    private readonly ClosureRows _closure = new(generation);
    private readonly List<(string TeamId, TeamStateChange Change)> _history = [];
    private readonly Dictionary<(string Type, string State), long> _counts = [];

    /// <summary>Teams in the batch that are not written yet.</summary>
    public int Pending => _batch.Count;

    /// <summary>The team's row as it is after everything applied so far; null when there is none.</summary>
    public TeamDraft? Find(WriteSession session, string id)
    {
        if (_batch.TryGet(id, out var draft))
            return draft;
        var statement = session.Connection.Get("Teams/draft", generation).Bind(1, id);
        if (statement.Step())
            draft = _batch.Add(TeamColumns.ReadDraft(statement));
        statement.Reset();
        return draft;
    }

    /// <summary>A new row, not in the tree yet. The key is the log position of the creation.</summary>
    public TeamDraft Add(long key, string id) => _batch.Add(new TeamDraft(key, id));

    /// <summary>Puts a team into the tree, below a parent or as a root (TM-31). A second time changes nothing.</summary>
    public void Place(WriteSession session, TeamDraft team, string? parentId)
    {
        if (team.IsPlaced)
            return;
        _closure.Place(team, parentId is null ? null : Parent(session, parentId));
        (team.ParentId, team.IsPlaced) = (parentId, true);
    }

    /// <summary>Moves a team with all that is below it to another parent (TM-32).</summary>
    public void Move(WriteSession session, TeamDraft team, string newParentId)
    {
        if (!team.IsPlaced)
            throw new InvalidOperationException($"Team {team.Id} is not in the tree and cannot be moved.");
        if (team.ParentId == newParentId)
            return;
        _closure.Move(team, Parent(session, newParentId));
        team.ParentId = newParentId;
    }

    /// <summary>Takes a team out of the tree (TM-33). <see cref="Flush"/> refuses it while teams are below.</summary>
    public void Remove(TeamDraft team)
    {
        if (!team.IsPlaced)
            return;
        _closure.Remove(team);
        (team.ParentId, team.IsPlaced) = (null, false);
    }

    /// <summary>Notes a change of state. Noting one twice changes nothing.</summary>
    public void Note(string teamId, TeamStateChange change) => _history.Add((teamId, change));

    /// <summary>Writes the batch. Throws <see cref="RowRefusedException"/> naming the team whose row or place was refused.</summary>
    public void Flush(WriteSession session)
    {
        foreach (var draft in _batch.Values)
            Write(session.Connection, draft);
        _closure.Flush(session);
        WriteCounts(session.Connection);
        WriteHistory(session.Connection);
        session.OnCommitted(() =>
        {
            _batch.Keep();
            Clear();
        });
    }

    /// <summary>Forgets the batch after a failure.</summary>
    public void Discard()
    {
        _batch.Discard();
        Clear();
    }

    private void Clear()
    {
        _closure.Discard();
        _history.Clear();
        _counts.Clear();
    }

    private TeamDraft Parent(WriteSession session, string id) => Find(session, id) is { IsPlaced: true } parent
        ? parent
        : throw new InvalidOperationException($"Parent {id} is not in the tree.");

    private void Write(Connection connection, TeamDraft draft)
    {
        if (!draft.IsNew && draft.Version == draft.StoredVersion)
            return; // looked at only
        try
        {
            WriteText(connection, draft);
            TeamColumns.Bind(connection.Get(draft.IsNew ? "Teams/insert" : "Teams/update", generation), draft).Run();
            RowVersions.RequireOne(connection, draft.Id, draft.Version);
            WriteSettings(connection, draft);
        }
        catch (ReadModelException failure) when (failure.IsAboutTheRow)
        {
            throw new RowRefusedException(draft.Id, failure);
        }
        Count(draft);
    }

    // Teams are few and change seldom: their words go to the full text at once.
    private void WriteText(Connection connection, TeamDraft draft)
    {
        if (!draft.IsNew && draft.Name == draft.StoredName && draft.Slug == draft.StoredSlug)
            return;
        if (!draft.IsNew)
            connection.Get("Teams/search_remove", generation).Bind(1, draft.Key).Bind(2, draft.StoredName).Bind(3, draft.StoredSlug).Run();
        connection.Get("Teams/search_add", generation).Bind(1, draft.Key).Bind(2, draft.Name).Bind(3, draft.Slug).Run();
    }

    private void WriteSettings(Connection connection, TeamDraft draft)
    {
        foreach (var (key, setting) in draft.SettingChanges)
            if (setting is null)
                connection.Get("Teams/setting_remove", generation).Bind(1, draft.Id).Bind(2, key).Run();
            else
                connection.Get("Teams/setting_set", generation).Bind(1, draft.Id).Bind(2, key).Bind(3, setting.Value)
                    .Bind(4, setting.SetAt.ToUnixTimeMilliseconds()).Bind(5, setting.SetBy).Run();
    }

    private void Count(TeamDraft draft)
    {
        var kind = (draft.Type, draft.State);
        if (draft.StoredKind == kind)
            return;
        if (draft.StoredKind is { } stored)
            _counts[stored] = _counts.GetValueOrDefault(stored) - 1;
        _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
    }

    private void WriteCounts(Connection connection)
    {
        foreach (var ((type, state), n) in _counts)
            if (n != 0)
                connection.Get("Teams/counts_add", generation).Bind(1, type).Bind(2, state).Bind(3, n).Run();
        if (_counts.Values.Any(n => n < 0))
            connection.Get("Teams/counts_clean", generation).Run(); // as if there had never been any: rows equal those of a rebuild
    }

    private void WriteHistory(Connection connection)
    {
        var insert = connection.Get("Teams/history_add", generation);
        foreach (var (teamId, change) in _history)
            insert.Bind(1, teamId).Bind(2, change.At.ToUnixTimeMilliseconds()).Bind(3, change.Position).Bind(4, change.Event)
                .Bind(5, change.From).Bind(6, change.To).Bind(7, change.Actor).Bind(8, change.Reason).Run();
    }
}
