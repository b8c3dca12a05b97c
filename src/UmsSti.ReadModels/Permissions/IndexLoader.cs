using System.Runtime.InteropServices;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Permissions;

/// <summary>Reads the rows of one moment into a snapshot. Rows are read as bytes: there is no text made for each of them.</summary>
internal sealed class IndexLoader(RightsVocabulary vocabulary, Func<string, int> roleNumber)
{
    /// <summary>Rows between two looks at whether the load was given up.</summary>
    private const int RowsPerLook = 10_000;

    public PermissionSnapshot Load(Connection connection, long position, Func<int, int, long, PermissionSnapshot> empty, CancellationToken ct)
    {
        var people = (int)connection.Get("Rights/load_count").Scalar();
        var editor = new SnapshotEditor(empty(people, 0, position));
        LoadRoles(connection, editor);
        LoadTeams(connection, editor);
        var rights = new Dictionary<(CompactId Person, CompactId Team), IndexedRights>();
        LoadRights(connection, rights);
        LoadPeople(connection, editor, rights, ct);
        LoadMembers(connection, editor, rights, ct);
        return editor.Done(position);
    }

    private void LoadRoles(Connection connection, SnapshotEditor editor)
    {
        var masks = new Dictionary<int, ulong>();
        Read(connection.Get("Rights/load_roles"), row =>
        {
            var role = roleNumber(row.Text(0));
            var mask = row.IsNull(1) || row.Int64(2) == 0 ? 0 : vocabulary.MaskOf(row.Text(1));
            masks[role] = masks.GetValueOrDefault(role) | mask;
        });
        editor.Put(masks.Select(pair => new RoleChange(pair.Key, pair.Value)));
    }

    private void LoadTeams(Connection connection, SnapshotEditor editor) => Read(
        connection.Get("Rights/load_teams"), row => editor.Put(new TeamChange(CompactId.Parse(row.Raw(0)), vocabulary.TeamStates.CodeOf(row.Raw(1)))));

    private void LoadRights(Connection connection, Dictionary<(CompactId Person, CompactId Team), IndexedRights> rights)
    {
        var builders = new Dictionary<(CompactId Person, CompactId Team), RightsBuilder>();
        Read(connection.Get("Rights/load_grants"), row => Builder(row).Grant(vocabulary.MaskOf(row.Text(2)), row.Int64OrNull(3)));
        Read(connection.Get("Rights/load_assignments"), row => Builder(row).Role(roleNumber(row.Text(2)), row.Int64OrNull(3), row.Int64(4) != 0));
        foreach (var (scope, builder) in builders)
            if (builder.Done() is { } given)
                rights.Add(scope, given);

        RightsBuilder Builder(Statement row)
        {
            var team = row.Raw(1) is { Length: > 0 } id ? CompactId.Parse(id) : default;
            return CollectionsMarshal.GetValueRefOrAddDefault(builders, (CompactId.Parse(row.Raw(0)), team), out _) ??= new RightsBuilder(vocabulary);
        }
    }

    private void LoadPeople(
        Connection connection, SnapshotEditor editor, Dictionary<(CompactId Person, CompactId Team), IndexedRights> rights, CancellationToken ct) =>
        Read(
            connection.Get("Rights/load_principals"),
            row =>
            {
                var id = CompactId.Parse(row.Raw(0));
                editor.Put(new PersonChange(
                    id, vocabulary.UserTypes.CodeOf(row.Raw(1)), vocabulary.UserStates.CodeOf(row.Raw(2)), rights.GetValueOrDefault((id, default))));
            },
            ct);

    // The rows of one person come together, so that his memberships are put in their places once.
    private void LoadMembers(
        Connection connection, SnapshotEditor editor, Dictionary<(CompactId Person, CompactId Team), IndexedRights> rights, CancellationToken ct)
    {
        var memberships = new List<IndexedMembership>();
        var person = default(CompactId);
        Read(
            connection.Get("Rights/load_members"),
            row =>
            {
                var id = CompactId.Parse(row.Raw(0));
                if (id != person)
                    Finish();
                person = id;
                var team = CompactId.Parse(row.Raw(1));
                memberships.Add(new IndexedMembership(
                    rights.GetValueOrDefault((id, team)), editor.NumberOf(team), vocabulary.MemberStates.CodeOf(row.Raw(2)), vocabulary.TeamRoles.CodeOf(row.Raw(3))));
            },
            ct);
        Finish();

        void Finish()
        {
            if (memberships.Count == 0)
                return;
            var known = editor.FindOrNew(person);
            known.Begin(memberships);
            editor.Put(known);
            memberships.Clear();
        }
    }

    private static void Read(Statement statement, Action<Statement> take, CancellationToken ct = default)
    {
        var rows = 0;
        try
        {
            while (statement.Step())
            {
                if (++rows % RowsPerLook == 0)
                    ct.ThrowIfCancellationRequested();
                take(statement);
            }
        }
        finally
        {
            statement.Reset();
        }
    }
}
