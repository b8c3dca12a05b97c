using UmsSti.ReadModels.Memberships;

namespace UmsSti.ReadModels.Permissions;

/// <summary>
/// The rights of everybody in memory, for decisions that must take less than a microsecond. Built from the rows at start
/// (<see cref="LoadAsync"/>) and moved by <see cref="RightsRows"/> once a batch is committed and before its projector's
/// position is told to anybody: a read that has waited for the position finds the batch here. Readers take no lock.
/// </summary>
public sealed class PermissionIndex
{
    private readonly RightsVocabulary _vocabulary;
    private readonly Lock _writing = new();
    private readonly RoleNumbers _roles = new();
    private List<RightsChanges>? _meanwhile;
    private Task _loading = Task.CompletedTask;
    private volatile bool _isLoaded;
    private volatile PermissionSnapshot _current;

    /// <summary>An empty index.</summary>
    public PermissionIndex(RightsVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        _current = Empty(0, 0, 0);
    }

    /// <summary>The rights as they are now.</summary>
    public PermissionSnapshot Current => _current;

    /// <summary>Whether the last load succeeded. False: what <see cref="Current"/> says is not to be relied on.</summary>
    public bool IsLoaded => _isLoaded;

    /// <summary>
    /// Builds the index from the rows of the generation that answers, and puts it in the place of what was there. To be called
    /// before serving, and after another generation of the model has begun to answer. Rows go on being written meanwhile. A load
    /// waits for the one before it, whatever came of that.
    /// </summary>
    /// <param name="database">Where the rows are.</param>
    /// <param name="projector">Whose checkpoint says what position the rows are at.</param>
    /// <param name="ct">Gives up; the index stays as it was.</param>
    public Task LoadAsync(ReadModelDatabase database, string projector, CancellationToken ct)
    {
        lock (_writing)
            return _loading = LoadAfter(_loading, database, projector, ct);
    }

    /// <summary>What rows of a batch change here. Throws <see cref="RowRefusedException"/> for an id it cannot hold.</summary>
    internal RightsChanges Changes(
        IEnumerable<PrincipalDraft> principals, IEnumerable<TeamStateDraft> teams, IEnumerable<MemberDraft> members, IEnumerable<RoleDraft> roles)
    {
        var position = 0L;
        var people = Each(principals, draft => draft.Version != draft.StoredVersion, draft => draft.Position, draft => new PersonChange(
            CompactId.Parse(draft.Id), _vocabulary.UserTypes.CodeOf(draft.Type), _vocabulary.UserStates.CodeOf(draft.State), Condense(draft.Rights)));
        var states = Each(teams, draft => draft.Version != draft.StoredVersion, draft => draft.Position, draft => new TeamChange(
            CompactId.Parse(draft.Id), _vocabulary.TeamStates.CodeOf(draft.State)));
        var memberships = Each(members, draft => draft.Version != draft.StoredVersion, draft => draft.Position, draft => new MemberChange(
            CompactId.Parse(draft.UserId), CompactId.Parse(draft.TeamId), _vocabulary.MemberStates.CodeOf(draft.State),
            _vocabulary.TeamRoles.CodeOf(draft.Role), Condense(draft.Rights)));
        var definitions = Each(roles, draft => draft.Version != draft.StoredVersion, draft => draft.Position, draft => new RoleChange(
            _roles.NumberOf(draft.Id), draft.IsActive ? MaskOf(draft.Permissions) : 0));
        return new RightsChanges(people, states, memberships, definitions, position);

        List<TChange> Each<TDraft, TChange>(IEnumerable<TDraft> drafts, Func<TDraft, bool> isChanged, Func<TDraft, long> positionOf, Func<TDraft, TChange> change)
            where TDraft : IDraft
        {
            var changes = new List<TChange>();
            foreach (var draft in drafts.Where(isChanged))
            {
                try
                {
                    changes.Add(change(draft));
                }
                catch (FormatException failure)
                {
                    throw new RowRefusedException(draft.RowKey, failure);
                }
                position = Math.Max(position, positionOf(draft));
            }
            return changes;
        }
    }

    /// <summary>Shows the changes of a batch that is committed.</summary>
    internal void Publish(RightsChanges changes)
    {
        if (changes.IsEmpty)
            return;
        lock (_writing)
        {
            _meanwhile?.Add(changes);
            _current = Apply(_current, changes);
        }
    }

    private async Task LoadAfter(Task before, ReadModelDatabase database, string projector, CancellationToken ct)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing); // its caller was told
        lock (_writing)
            _meanwhile = [];
        try
        {
            using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
            await ReadRows(lease.Connection, database, projector, ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _isLoaded = false;
            throw;
        }
        finally
        {
            lock (_writing)
                _meanwhile = null;
        }
    }

    private async Task ReadRows(Sqlite.Connection connection, ReadModelDatabase database, string projector, CancellationToken ct)
    {
        try
        {
            // Inside a write nothing else is committed: what is read from here on, and what is kept from here on, meet without a gap.
            var position = await database.WriteAsync(session => BeginReading(session), ct).ConfigureAwait(false);
            var loaded = await Task.Run(() => new IndexLoader(_vocabulary, _roles.NumberOf).Load(connection, position, Empty, ct), ct).ConfigureAwait(false);
            lock (_writing)
                Replace(loaded);
        }
        finally
        {
            if (!connection.IsAutocommit)
                connection.Execute("COMMIT");
        }

        long BeginReading(WriteSession session)
        {
            connection.Execute("BEGIN");
            connection.Get("Rights/load_count").Scalar();
            lock (_writing)
                _meanwhile!.Clear();
            return session.FindCheckpoint(projector, database.Generations.Active(ReadModelLayout.Rights.Name))?.Position ?? 0;
        }
    }

    private void Replace(PermissionSnapshot loaded)
    {
        foreach (var changes in _meanwhile!)
            loaded = Apply(loaded, changes);
        _current = new PermissionSnapshot(
            loaded.People, loaded.Teams, loaded.TeamIds, loaded.RoleMasks, _roles, loaded.Active, loaded.Position, _current.Revision + 1);
        _isLoaded = true;
    }

    private static PermissionSnapshot Apply(PermissionSnapshot from, RightsChanges changes)
    {
        var editor = new SnapshotEditor(from);
        if (changes.Roles.Count > 0)
            editor.Put(changes.Roles);
        foreach (var change in changes.Teams)
            editor.Put(change);
        foreach (var change in changes.People)
            editor.Put(change);
        foreach (var change in changes.Members)
            editor.Put(change);
        return editor.Done(changes.Position);
    }

    private PermissionSnapshot Empty(int people, int teams, long position) => new(
        IndexTable<IndexedPerson>.Empty(people), IndexTable<IndexedTeam>.Empty(teams), [], [], _roles, _vocabulary.Active, position, 0);

    private IndexedRights? Condense(GivenRights rights)
    {
        if (rights.Grants.Count + rights.Roles.Count == 0)
            return null;
        var builder = new RightsBuilder(_vocabulary);
        foreach (var grant in rights.Grants.Where(grant => grant.IsWorking))
            builder.Grant(_vocabulary.MaskOf(grant.Permission), grant.ExpiresAt?.ToUnixTimeMilliseconds());
        foreach (var role in rights.Roles.Where(role => role.IsWorking))
            builder.Role(_roles.NumberOf(role.RoleId), role.ExpiresAt?.ToUnixTimeMilliseconds(), role.IsDropped);
        return builder.Done();
    }

    private ulong MaskOf(IEnumerable<string> permissions) => permissions.Aggregate(0UL, (mask, name) => mask | _vocabulary.MaskOf(name));
}
