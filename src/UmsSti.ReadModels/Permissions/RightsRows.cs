using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Users;

namespace UmsSti.ReadModels.Permissions;

/// <summary>
/// All a decision about a right rests on, in one generation and for one writer: people, states of teams, memberships, grants,
/// roles. Drafts are changed in memory and written once a batch; once that is committed, the permission index shows it, and not
/// before. Nothing is kept of a batch that was rolled back (<see cref="Discard"/>).
/// </summary>
/// <param name="database">Where the rows are.</param>
/// <param name="generation">The generation written to.</param>
/// <param name="cacheRows">Rows of each table that are remembered between batches.</param>
/// <param name="index">Shows the rows of the generation that answers; null where nobody asks it.</param>
public sealed class RightsRows(ReadModelDatabase database, int generation, int cacheRows, PermissionIndex? index)
{
    /// <summary>What a person takes in memory, bytes: the draft, its id, its place.</summary>
    private const long BytesOfPrincipal = 300;

    /// <summary>What another row takes, bytes.</summary>
    private const long BytesOfOthers = 800;

    private readonly DraftBatch<PrincipalDraft> _principals = new(cacheRows);
    private readonly DraftBatch<TeamStateDraft> _teams = new(cacheRows);
    private readonly DraftBatch<MemberDraft> _members = new(cacheRows);
    private readonly DraftBatch<RoleDraft> _roles = new(cacheRows);
    private readonly List<RightsChange> _history = [];
    private readonly List<string> _forgotten = [];
    private readonly RightsCounts _counts = new(generation);

    /// <summary>Rows in the batch that are not written yet.</summary>
    public int Pending => _principals.Count + _teams.Count + _members.Count + _roles.Count;

    /// <summary>Memory of rows that wait, bytes, roughly.</summary>
    public long PendingBytes => _principals.Count * BytesOfPrincipal + (_teams.Count + _members.Count + _roles.Count) * BytesOfOthers;

    /// <summary>The person with an id; null when there is no row.</summary>
    public PrincipalDraft? FindPrincipal(WriteSession session, string id)
    {
        if (_principals.TryGet(id, out var draft))
            return draft;
        var row = session.Connection.Get("Rights/principal_draft", generation).Bind(1, id);
        if (row.Step())
            draft = new PrincipalDraft(id)
            {
                Type = UserColumns.CommonText(row.Text(1)),
                State = UserColumns.CommonText(row.Text(2)),
                Version = row.Int64(3),
                Position = row.Int64(4),
                SubState = UserColumns.CommonText(row.Text(5)),
                WasActive = row.Int64(6) != 0,
            };
        row.Reset();
        if (draft is null)
            return null;
        GivenColumns.Load(session.Connection, generation, id, GivenColumns.NoTeam, draft.Rights);
        draft.MarkStored();
        return _principals.Add(draft);
    }

    /// <summary>A new person.</summary>
    public PrincipalDraft AddPrincipal(string id) => _principals.Add(new PrincipalDraft(id));

    /// <summary>The state of a team; null when there is no row.</summary>
    public TeamStateDraft? FindTeam(WriteSession session, string id)
    {
        if (_teams.TryGet(id, out var draft))
            return draft;
        var row = session.Connection.Get("Rights/team_state_draft", generation).Bind(1, id);
        if (row.Step())
            draft = new TeamStateDraft(id) { State = UserColumns.CommonText(row.Text(1)), Version = row.Int64(2), Position = row.Int64(3) };
        row.Reset();
        if (draft is null)
            return null;
        draft.MarkStored();
        return _teams.Add(draft);
    }

    /// <summary>A new team.</summary>
    public TeamStateDraft AddTeam(string id) => _teams.Add(new TeamStateDraft(id));

    /// <summary>The membership of a person in a team, whatever became of it; null when there is no row.</summary>
    public MemberDraft? FindMember(WriteSession session, string teamId, string userId)
    {
        if (_members.TryGet(MemberDraft.KeyOf(teamId, userId), out var draft))
            return draft;
        var row = session.Connection.Get("Rights/member_draft", generation).Bind(1, teamId).Bind(2, userId);
        if (row.Step())
            draft = MemberColumns.ReadDraft(row);
        row.Reset();
        if (draft is null)
            return null;
        GivenColumns.Load(session.Connection, generation, userId, teamId, draft.Rights);
        draft.MarkStored();
        return _members.Add(draft);
    }

    /// <summary>A new membership. The key is the log position of its first event.</summary>
    public MemberDraft AddMember(long key, string teamId, string userId) => _members.Add(new MemberDraft(key, teamId, userId));

    /// <summary>A role definition; null when there is no row.</summary>
    public RoleDraft? FindRole(WriteSession session, string id)
    {
        if (_roles.TryGet(id, out var draft))
            return draft;
        draft = RoleColumns.Find(session.Connection, generation, id);
        return draft is null ? null : _roles.Add(draft);
    }

    /// <summary>A new role definition.</summary>
    public RoleDraft AddRole(string id) => _roles.Add(new RoleDraft(id));

    /// <summary>Notes a fact of a history. Noting one twice changes nothing.</summary>
    public void Note(RightsChange change) => _history.Add(change);

    /// <summary>Blanks every reason that was given about a person, in rows and histories: he was erased.</summary>
    public void ForgetReasons(string userId) => _forgotten.Add(userId);

    /// <summary>Writes the batch. Throws <see cref="RowRefusedException"/> naming the id part of the stream whose row was refused.</summary>
    public void Flush(WriteSession session)
    {
        var connection = session.Connection;
        WriteAll(connection, _principals, draft => (draft.Version, draft.StoredVersion), WritePrincipal);
        WriteAll(connection, _teams, draft => (draft.Version, draft.StoredVersion), WriteTeam);
        WriteAll(connection, _members, draft => (draft.Version, draft.StoredVersion), WriteMember);
        WriteAll(connection, _roles, draft => (draft.Version, draft.StoredVersion), (to, draft) => RoleColumns.Save(to, generation, draft));
        _counts.Write(connection);
        RightsHistoryRows.Write(connection, generation, _history);
        RightsHistoryRows.Forget(connection, generation, _forgotten);
        var changes = index?.Changes(_principals.Values, _teams.Values, _members.Values, _roles.Values);
        session.OnCommitted(() =>
        {
            // A generation that is being built is nobody's yet: the index is loaded anew when it takes the other's place.
            if (changes is not null && generation == database.Generations.Active(ReadModelLayout.Rights.Name))
                index!.Publish(changes);
            Keep();
        });
    }

    /// <summary>Forgets the batch after a failure.</summary>
    public void Discard()
    {
        _principals.Discard();
        _teams.Discard();
        _members.Discard();
        _roles.Discard();
        Clear();
    }

    private void Keep()
    {
        if (_forgotten.Count > 0)
            Forget();
        _principals.Keep();
        _teams.Keep();
        _members.Keep();
        _roles.Keep();
        Clear();
    }

    private void Forget()
    {
        _principals.Forget();
        _teams.Forget();
        _members.Forget();
        _roles.Forget();
    }

    private void Clear()
    {
        _history.Clear();
        _forgotten.Clear();
        _counts.Clear();
    }

    private static void WriteAll<TDraft>(
        Connection connection, DraftBatch<TDraft> batch, Func<TDraft, (long Version, long Stored)> versions, Action<Connection, TDraft> write)
        where TDraft : class, IDraft
    {
        foreach (var draft in batch.Values)
        {
            var (version, stored) = versions(draft);
            if (version == stored)
                continue; // looked at only
            try
            {
                write(connection, draft);
            }
            catch (ReadModelException failure) when (failure.IsAboutTheRow)
            {
                throw new RowRefusedException(draft.RowKey, failure);
            }
        }
    }

    private void WritePrincipal(Connection connection, PrincipalDraft draft)
    {
        connection.Get("Rights/principal_save", generation).Bind(1, draft.Id).Bind(2, draft.Type).Bind(3, draft.State)
            .Bind(4, draft.Version).Bind(5, draft.Position).Bind(6, draft.SubState).Bind(7, draft.WasActive ? 1 : 0).Run();
        RowVersions.RequireOne(connection, draft.Id, draft.Version);
        GivenColumns.Save(connection, generation, draft.Id, GivenColumns.NoTeam, draft.Rights);
        _counts.Principal(draft);
    }

    private void WriteTeam(Connection connection, TeamStateDraft draft)
    {
        connection.Get("Rights/team_state_save", generation).Bind(1, draft.Id).Bind(2, draft.State)
            .Bind(3, draft.Version).Bind(4, draft.Position).Run();
        RowVersions.RequireOne(connection, draft.Id, draft.Version);
    }

    private void WriteMember(Connection connection, MemberDraft draft)
    {
        MemberColumns.Bind(connection.Get(draft.IsNew ? "Rights/member_insert" : "Rights/member_update", generation), draft).Run();
        RowVersions.RequireOne(connection, MemberDraft.KeyOf(draft.TeamId, draft.UserId), draft.Version);
        GivenColumns.Save(connection, generation, draft.UserId, draft.TeamId, draft.Rights);
        _counts.Member(draft);
    }
}
