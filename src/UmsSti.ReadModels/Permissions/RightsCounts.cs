using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Permissions;

/// <summary>Totals by kind, moved with the rows of a batch.</summary>
internal sealed class RightsCounts(int generation)
{
    private readonly Dictionary<string, long> _principals = new(StringComparer.Ordinal);
    private readonly Dictionary<(string TeamId, string State, string Role), long> _members = [];

    public void Principal(PrincipalDraft draft)
    {
        if (draft.StoredType == draft.Type)
            return;
        if (draft.StoredType is { } stored)
            _principals[stored] = _principals.GetValueOrDefault(stored) - 1;
        _principals[draft.Type] = _principals.GetValueOrDefault(draft.Type) + 1;
    }

    public void Member(MemberDraft draft)
    {
        if (draft.StoredKind == (draft.State, draft.Role))
            return;
        if (draft.StoredKind is { } stored)
            Add((draft.TeamId, stored.State, stored.Role), -1);
        Add((draft.TeamId, draft.State, draft.Role), 1);
    }

    public void Write(Connection connection)
    {
        foreach (var (type, n) in _principals)
            connection.Get("Rights/principal_counts_add", generation).Bind(1, type).Bind(2, n).Run();
        foreach (var ((team, state, role), n) in _members)
            if (n != 0)
                connection.Get("Rights/member_counts_add", generation).Bind(1, team).Bind(2, state).Bind(3, role).Bind(4, n).Run();
        // As if there had never been any: rows equal those of a rebuild.
        foreach (var team in _members.Where(count => count.Value < 0).Select(count => count.Key.TeamId).Distinct(StringComparer.Ordinal))
            connection.Get("Rights/member_counts_clean", generation).Bind(1, team).Run();
    }

    public void Clear()
    {
        _principals.Clear();
        _members.Clear();
    }

    private void Add((string TeamId, string State, string Role) kind, long n) => _members[kind] = _members.GetValueOrDefault(kind) + n;
}
