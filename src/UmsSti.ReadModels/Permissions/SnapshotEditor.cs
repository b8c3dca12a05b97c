namespace UmsSti.ReadModels.Permissions;

/// <summary>Makes the next snapshot out of one and the changes of a batch. What is not touched is shared.</summary>
internal sealed class SnapshotEditor
{
    private readonly PermissionSnapshot _base;
    private readonly IndexTable<IndexedPerson>.Editor _people;
    private readonly IndexTable<IndexedTeam>.Editor _teams;
    private string[] _teamIds;
    private int _teamCount;
    private ulong[] _roleMasks;

    public SnapshotEditor(PermissionSnapshot from)
    {
        _base = from;
        _people = from.People.Edit();
        _teams = from.Teams.Edit();
        _teamCount = from.Teams.Count;
        _teamIds = from.TeamIds;
        _roleMasks = from.RoleMasks;
    }

    public void Put(in PersonChange change)
    {
        var person = FindOrNew(change.Id);
        (person.Type, person.State) = (change.Type, change.State);
        person.Give(change.Rights);
        _people.Put(person);
    }

    public void Put(in TeamChange change) => _teams.Put(new IndexedTeam(change.Id, NumberOf(change.Id), change.State));

    public void Put(in MemberChange change)
    {
        var person = FindOrNew(change.Person);
        person.Put(new IndexedMembership(change.Rights, NumberOf(change.Team), change.State, change.Role));
        _people.Put(person);
    }

    /// <summary>A person as he is so far, to be changed and put back.</summary>
    public IndexedPerson FindOrNew(in CompactId id) => _people.Find(id) is { IsEmpty: false } known ? known : new IndexedPerson(id);

    /// <summary>Puts a person in the place of the one with his id, or adds him.</summary>
    public void Put(in IndexedPerson person) => _people.Put(person);

    public void Put(IEnumerable<RoleChange> changes)
    {
        _roleMasks = [.. _roleMasks];
        foreach (var (role, mask) in changes)
        {
            if (role >= _roleMasks.Length)
                Array.Resize(ref _roleMasks, Math.Max(role + 1, _roleMasks.Length * 2));
            _roleMasks[role] = mask;
        }
    }

    /// <summary>The number of a team. One that is not known yet has one all the same, in no state.</summary>
    public int NumberOf(in CompactId team)
    {
        if (_teams.Find(team) is { IsEmpty: false } known)
            return known.Number;
        if (_teamCount == _teamIds.Length)
            Array.Resize(ref _teamIds, Math.Max(64, 2 * _teamIds.Length));
        _teamIds[_teamCount] = team.ToString(); // beyond what any snapshot before reads
        _teams.Put(new IndexedTeam(team, _teamCount, RightsVocabulary.Unknown));
        return _teamCount++;
    }

    public PermissionSnapshot Done(long position) =>
        new(_people.Done(), _teams.Done(), _teamIds, _roleMasks, _base.RoleNumbers, _base.Active, Math.Max(position, _base.Position), _base.Revision + 1);
}
