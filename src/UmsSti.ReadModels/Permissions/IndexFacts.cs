namespace UmsSti.ReadModels.Permissions;

/// <summary>A permission that is given until a time, Unix milliseconds.</summary>
internal readonly record struct ExpiringGrant(long ExpiresAt, ulong Mask);

/// <summary>A role that is assigned.</summary>
/// <param name="ExpiresAt">Unix milliseconds; <see cref="long.MaxValue"/>: until taken back.</param>
/// <param name="Role">Number of the role.</param>
/// <param name="Kept">The permissions it may give.</param>
internal readonly record struct AssignedRole(long ExpiresAt, int Role, ulong Kept);

/// <summary>What a person was given in one scope, without what gives nothing.</summary>
internal sealed class IndexedRights(ulong standing, ExpiringGrant[] expiring, AssignedRole[] roles)
{
    private Tuple<ulong[], object>? _made;

    public IEnumerable<(ulong Mask, long? ExpiresAt)> AllGrants()
    {
        if (standing != 0)
            yield return (standing, null);
        foreach (var grant in expiring)
            yield return (grant.Mask, grant.ExpiresAt);
    }

    public IEnumerable<(string RoleId, ulong Mask, long? ExpiresAt)> AllRoles(PermissionSnapshot snapshot)
    {
        foreach (var assigned in roles)
            if (assigned.Role < snapshot.RoleMasks.Length && (snapshot.RoleMasks[assigned.Role] & assigned.Kept) is not 0 and var mask)
                yield return (snapshot.RoleNumbers.IdOf(assigned.Role), mask, assigned.ExpiresAt == long.MaxValue ? null : assigned.ExpiresAt);
    }

    /// <summary>Remembered with the masks it was made from: another snapshot may know the roles otherwise.</summary>
    public TMade Made<TMade>(GivenEntry entry, ulong[] roleMasks, Func<GivenEntry, TMade> make)
        where TMade : class
    {
        var made = Volatile.Read(ref _made);
        if (made is null || made.Item1 != roleMasks || made.Item2 is not TMade)
            Volatile.Write(ref _made, made = new(roleMasks, make(entry)));
        return (TMade)made.Item2;
    }

    /// <summary>The permissions granted at a time.</summary>
    public ulong Grants(long now)
    {
        var mask = standing;
        foreach (var grant in expiring)
            if (now < grant.ExpiresAt)
                mask |= grant.Mask;
        return mask;
    }

    /// <summary>The permissions of the roles assigned at a time.</summary>
    public ulong Roles(ulong[] roleMasks, long now)
    {
        var mask = 0UL;
        foreach (var assigned in roles)
            if (now < assigned.ExpiresAt && assigned.Role < roleMasks.Length) // beyond: the role was never defined
                mask |= roleMasks[assigned.Role] & assigned.Kept;
        return mask;
    }
}

/// <summary>One person in one team.</summary>
/// <param name="Rights">Null: given nothing besides the role of the membership.</param>
/// <param name="Team">Number of the team.</param>
/// <param name="State">Number of the state.</param>
/// <param name="Role">Number of the role.</param>
internal readonly record struct IndexedMembership(IndexedRights? Rights, int Team, byte State, byte Role);

/// <summary>What few people have besides an account and some memberships. Never changed: a change makes another.</summary>
/// <param name="rights">What was given outside teams; null for nothing.</param>
/// <param name="memberships">In the order of the numbers of the teams.</param>
internal sealed class IndexedExtras(IndexedRights? rights, IndexedMembership[] memberships)
{
    public IndexedRights? Rights => rights;

    public IndexedMembership[] Memberships => memberships;

    /// <summary>Place of the membership of a team, or the complement of where it belongs.</summary>
    public int PlaceOf(int team)
    {
        var (low, high) = (0, memberships.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = memberships[middle].Team;
            if (found == team)
                return middle;
            if (found < team)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }
}

/// <summary>One team, in place.</summary>
internal readonly struct IndexedTeam : IIndexed
{
    private readonly ulong _high;
    private readonly ulong _low;

    public IndexedTeam(in CompactId id, int number, byte state)
    {
        (_high, _low, Form) = (id.High, id.Low, id.Form);
        (Number, State) = (number, state);
    }

    /// <summary>By which memberships name it; the same as long as the snapshots come of each other.</summary>
    public int Number { get; }

    public CompactId.Kind Form { get; }

    public byte State { get; }

    public bool IsEmpty => Form == CompactId.Kind.None;

    public CompactId Id => new(_high, _low, Form);

    public bool Has(in CompactId id) => _low == id.Low && _high == id.High && Form == id.Form;
}
