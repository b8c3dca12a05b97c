using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Users;

/// <summary>
/// The rows of one generation of the directory, for one writer. Drafts are changed in memory and written once a batch;
/// nothing is kept of a batch that was rolled back (<see cref="Discard"/>).
/// </summary>
public sealed class UserRows(ReadModelDatabase database, int generation, int cacheRows, bool isBuilding)
{
    private readonly RowCache<UserDraft> _cache = new(cacheRows);
    private readonly Dictionary<string, UserDraft> _batch = new(StringComparer.Ordinal);
    private readonly PackedUsers _waiting = new();
    private readonly Dictionary<(string Type, string State), long> _counts = [];
    private bool _erased;

    /// <summary>Users in the batch that are not written yet.</summary>
    public int Pending => _batch.Count + _waiting.Count;

    /// <summary>Memory of rows that wait (<see cref="Rest"/>), bytes, roughly.</summary>
    public long PendingBytes => _waiting.Bytes;

    /// <summary>The user's row as it is after everything applied so far; null when there is none.</summary>
    public UserDraft? Find(WriteSession session, string id)
    {
        if (_batch.TryGetValue(id, out var draft))
            return draft;
        if (!_waiting.TryGet(id, out draft) && !_cache.TryGet(id, out draft))
        {
            var statement = session.Connection.Get("Users/draft", generation).Bind(1, id);
            if (statement.Step())
                draft = ReadDraft(statement);
            statement.Reset();
        }
        if (draft is not null)
            _batch.Add(id, draft);
        return draft;
    }

    /// <summary>A new row. The key is the log position of the registration.</summary>
    public UserDraft Add(long key, string id)
    {
        var draft = new UserDraft(key, id);
        _batch.Add(id, draft);
        return draft;
    }

    /// <summary>Keeps the rows of the batch in a small form until they are written or touched again; while a generation is built.</summary>
    public void Rest()
    {
        foreach (var draft in _batch.Values)
            _waiting.Put(draft);
        _batch.Clear();
    }

    /// <summary>Writes the batch, and all rows that wait. Throws <see cref="RowRefusedException"/> naming the user whose row was refused.</summary>
    public void Flush(WriteSession session)
    {
        if (_waiting.Count > 0)
        {
            FlushSlice(session, int.MaxValue);
            return;
        }
        ReleaseEmails(session.Connection, _batch.Values.Where(draft => draft.StoredEmailKey is not null && draft.StoredEmailKey != draft.EmailKey).Select(draft => draft.Key));
        Write(session, _batch.Values);
        if (!isBuilding)
            database.SearchIndex.TakeIn(session, generation, _erased);
        session.OnCommitted(() =>
        {
            Keep(_batch.Values);
            ClearBatch();
        });
    }

    /// <summary>Writes some of the rows that wait, while a generation is built; the others go on waiting.</summary>
    public void FlushSlice(WriteSession session, int maxRows)
    {
        Rest();
        ReleaseEmails(session.Connection, _waiting.Released);
        var slice = _waiting.Some(maxRows);
        Write(session, slice);
        session.OnCommitted(() =>
        {
            _waiting.Remove(slice);
            _counts.Clear();
        });
    }

    /// <summary>Forgets the batch after a failure.</summary>
    public void Discard()
    {
        foreach (var id in _batch.Keys)
            _cache.Remove(id);
        _waiting.Clear();
        ClearBatch();
    }

    private void Write(WriteSession session, IEnumerable<UserDraft> drafts)
    {
        foreach (var draft in drafts)
            Write(session, draft);
        foreach (var ((type, state), n) in _counts)
            if (n != 0)
                session.Connection.Get("Users/counts_add", generation).Bind(1, type).Bind(2, state).Bind(3, n).Run();
        if (_counts.Values.Any(n => n < 0))
            session.Connection.Get("Users/counts_clean", generation).Run(); // as if there had never been any: rows equal those of a rebuild
    }

    private void Keep(IEnumerable<UserDraft> written)
    {
        foreach (var draft in written)
        {
            draft.MarkStored();
            _cache.Put(draft.Id, draft);
        }
    }

    private void ClearBatch()
    {
        _batch.Clear();
        _counts.Clear();
        _erased = false;
    }

    // Within a batch two users may trade addresses; every address that moves is free before the first is taken.
    private void ReleaseEmails(Connection connection, IEnumerable<long> keys)
    {
        foreach (var key in keys)
            connection.Get("Users/release_email", generation).Bind(1, key).Run();
    }

    private void Write(WriteSession session, UserDraft draft)
    {
        if (draft.Changed == UserDraft.Parts.None)
            return;
        try
        {
            NoteSearchText(session, draft);
            if (draft.IsNew)
                Insert(session.Connection, draft);
            else
                Update(session.Connection, draft);
        }
        catch (ReadModelException failure) when (failure.IsAboutTheRow)
        {
            throw new RowRefusedException(draft.Id, failure);
        }
        Count(draft);
    }

    private void Insert(Connection connection, UserDraft draft) =>
        connection.Get("Users/insert", generation)
            .Bind(1, draft.Key).Bind(2, draft.Id).Bind(3, draft.Type).Bind(4, draft.State).Bind(5, draft.SubState)
            .Bind(6, draft.Email).Bind(7, draft.EmailKey).Bind(8, draft.EmailVerified ? 1 : 0).Bind(9, Milliseconds(draft.EmailVerifiedAt))
            .Bind(10, draft.Name).Bind(11, NameKey(draft)).Bind(12, draft.Profile.WriteJson()).Bind(13, draft.Preferences.WriteJson())
            .Bind(14, draft.ActiveTeamId).Bind(15, draft.CreatedAt.ToUnixTimeMilliseconds()).Bind(16, draft.CreatedBy)
            .Bind(17, draft.UpdatedAt.ToUnixTimeMilliseconds()).Bind(18, draft.UpdatedBy)
            .Bind(19, Milliseconds(draft.ActivatedAt)).Bind(20, draft.ActivatedBy).Bind(21, Milliseconds(draft.DeactivatedAt))
            .Bind(22, draft.DeactivatedBy).Bind(23, draft.DeactivationReason).Bind(24, Milliseconds(draft.SuspendedUntil))
            .Bind(25, draft.Version).Bind(26, draft.Position).Run();

    private void Update(Connection connection, UserDraft draft)
    {
        var writesState = (draft.Changed & UserDraft.Parts.State) != 0;
        var writesName = writesState || (draft.Changed & UserDraft.Parts.Name) != 0;
        var statement = connection.Get(writesState ? "Users/update_state" : writesName ? "Users/update_name" : "Users/update_details", generation)
            .Bind(1, draft.Key).Bind(2, draft.Profile.WriteJson()).Bind(3, draft.Preferences.WriteJson()).Bind(4, draft.ActiveTeamId)
            .Bind(5, draft.UpdatedAt.ToUnixTimeMilliseconds()).Bind(6, draft.UpdatedBy).Bind(7, draft.Version).Bind(8, draft.Position);
        if (writesName)
            statement.Bind(9, draft.Name).Bind(10, NameKey(draft));
        if (writesState)
            statement.Bind(11, draft.State).Bind(12, draft.SubState).Bind(13, draft.Email).Bind(14, draft.EmailKey)
                .Bind(15, draft.EmailVerified ? 1 : 0).Bind(16, Milliseconds(draft.EmailVerifiedAt))
                .Bind(17, Milliseconds(draft.ActivatedAt)).Bind(18, draft.ActivatedBy).Bind(19, Milliseconds(draft.DeactivatedAt))
                .Bind(20, draft.DeactivatedBy).Bind(21, draft.DeactivationReason).Bind(22, Milliseconds(draft.SuspendedUntil));
        statement.Run();
        if (connection.Changes != 1)
            throw new RowRefusedException(draft.Id, new InvalidOperationException($"version {draft.Version} does not follow the one in the row."));
    }

    private void Count(UserDraft draft)
    {
        var kind = (draft.Type, draft.State);
        if (draft.StoredKind == kind)
            return;
        if (draft.StoredKind is { } stored)
            _counts[stored] = _counts.GetValueOrDefault(stored) - 1;
        _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
    }

    private void NoteSearchText(WriteSession session, UserDraft draft)
    {
        if (isBuilding || (!draft.IsNew && draft.Name == draft.StoredName && draft.Email == draft.StoredEmail))
            return;
        session.Connection.Get("Users/backlog_add", generation)
            .Bind(1, draft.Key).Bind(2, draft.StoredName).Bind(3, draft.StoredEmail).Bind(4, draft.IsNew ? 0 : 1).Run();
        database.SearchIndex.Noted(session, generation);
        _erased |= !draft.IsNew && (draft.Name is null || draft.Email is null);
    }

    private static UserDraft ReadDraft(Statement row)
    {
        var draft = new UserDraft(row.Int64(UserColumns.Key), row.Text(UserColumns.Id))
        {
            Type = UserColumns.CommonText(row.Text(UserColumns.Type)),
            State = UserColumns.CommonText(row.Text(UserColumns.State)),
            SubState = UserColumns.CommonText(row.Text(UserColumns.SubState)),
            Email = row.TextOrNull(UserColumns.Email),
            EmailKey = row.TextOrNull(UserColumns.EmailKey),
            EmailVerified = row.Int64(UserColumns.EmailVerified) != 0,
            EmailVerifiedAt = UserColumns.Time(row, UserColumns.EmailVerifiedAt),
            Name = row.TextOrNull(UserColumns.Name),
            Profile = TextMap.Parse(row.Raw(UserColumns.Profile)),
            Preferences = TextMap.Parse(row.Raw(UserColumns.Preferences)),
            ActiveTeamId = row.TextOrNull(UserColumns.ActiveTeamId),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(UserColumns.CreatedAt)),
            CreatedBy = row.Text(UserColumns.CreatedBy),
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(UserColumns.UpdatedAt)),
            UpdatedBy = row.Text(UserColumns.UpdatedBy),
            ActivatedAt = UserColumns.Time(row, UserColumns.ActivatedAt),
            ActivatedBy = row.TextOrNull(UserColumns.ActivatedBy),
            DeactivatedAt = UserColumns.Time(row, UserColumns.DeactivatedAt),
            DeactivatedBy = row.TextOrNull(UserColumns.DeactivatedBy),
            DeactivationReason = row.TextOrNull(UserColumns.DeactivationReason),
            SuspendedUntil = UserColumns.Time(row, UserColumns.SuspendedUntil),
            Version = row.Int64(UserColumns.Version),
            Position = row.Int64(UserColumns.Position),
        };
        draft.MarkStored();
        return draft;
    }

    private static string NameKey(UserDraft draft) => ListSort.NameKey(draft.Name);

    private static long? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();
}
