using System.Collections.Frozen;

namespace UmsSti.ReadModels.Permissions;

/// <summary>
/// The names the index turns into numbers, each list in an order of its owner's: the number of a name is its place in it. A
/// name that is not listed gives nothing: as a permission no bit, as a state or role the number <see cref="Unknown"/>.
/// </summary>
public sealed class RightsVocabulary
{
    /// <summary>Number of a name that is not listed, and of what is not known.</summary>
    public const byte Unknown = byte.MaxValue;

    /// <summary>Most permissions: one bit each.</summary>
    public const int MaxPermissions = 64;

    private readonly FrozenDictionary<string, byte> _permissions;

    /// <summary>Throws <see cref="ArgumentException"/> for more than 64 permissions, more than 254 of anything else, or a name given twice.</summary>
    /// <param name="permissions">Canonical names; the first is the lowest bit.</param>
    /// <param name="elevated">The permissions a dropped assignment no longer gives (XR-04).</param>
    /// <param name="userTypes">Types of users.</param>
    /// <param name="userStates">States of users.</param>
    /// <param name="teamStates">States of teams.</param>
    /// <param name="memberStates">States of memberships.</param>
    /// <param name="teamRoles">Roles of memberships.</param>
    public RightsVocabulary(
        IReadOnlyList<string> permissions, IReadOnlyList<string> elevated, IReadOnlyList<string> userTypes, IReadOnlyList<string> userStates,
        IReadOnlyList<string> teamStates, IReadOnlyList<string> memberStates, IReadOnlyList<string> teamRoles)
    {
        if (permissions.Count > MaxPermissions)
            throw new ArgumentException($"There may be at most {MaxPermissions} permissions.", nameof(permissions));
        _permissions = permissions.Select((name, bit) => (name, bit)).ToFrozenDictionary(pair => pair.name, pair => (byte)pair.bit, StringComparer.Ordinal);
        Elevated = elevated.Aggregate(0UL, (mask, name) => mask | MaskOf(name));
        UserTypes = new(userTypes);
        UserStates = new(userStates);
        TeamStates = new(teamStates);
        MemberStates = new(memberStates);
        TeamRoles = new(teamRoles);
        Active = MemberStates.CodeOf(Memberships.MemberRow.Active);
    }

    internal ulong Elevated { get; }
    internal CodeTable UserTypes { get; }
    internal CodeTable UserStates { get; }
    internal CodeTable TeamStates { get; }
    internal CodeTable MemberStates { get; }
    internal CodeTable TeamRoles { get; }

    /// <summary>The state in which a membership gives anything.</summary>
    internal byte Active { get; }

    /// <summary>The bit of a permission; no bit when it is not listed.</summary>
    public ulong MaskOf(string permission) => _permissions.TryGetValue(permission, out var bit) ? 1UL << bit : 0;
}
