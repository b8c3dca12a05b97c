namespace UmsSti.ReadModels.Permissions;

/// <summary>Gathers what gives something to one person in one scope.</summary>
internal sealed class RightsBuilder(RightsVocabulary vocabulary)
{
    private readonly List<ExpiringGrant> _expiring = [];
    private readonly List<AssignedRole> _roles = [];
    private ulong _standing;

    public void Grant(ulong mask, long? expiresAt)
    {
        if (mask == 0)
            return;
        if (expiresAt is { } end)
            _expiring.Add(new(end, mask));
        else
            _standing |= mask;
    }

    public void Role(int number, long? expiresAt, bool isDropped) =>
        _roles.Add(new(expiresAt ?? long.MaxValue, number, isDropped ? ~vocabulary.Elevated : ulong.MaxValue));

    /// <summary>Null: nothing gives anything. Ready for the next scope afterwards.</summary>
    public IndexedRights? Done()
    {
        var rights = _standing == 0 && _expiring.Count + _roles.Count == 0 ? null : new IndexedRights(_standing, [.. _expiring], [.. _roles]);
        _standing = 0;
        _expiring.Clear();
        _roles.Clear();
        return rights;
    }
}
