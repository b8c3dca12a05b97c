namespace UmsSti.ReadModels.Permissions;

/// <summary>What is known of a person. Numbers are those of <see cref="RightsVocabulary"/>.</summary>
/// <param name="IsKnown">Whether there is such a person.</param>
/// <param name="Type">Number of the type.</param>
/// <param name="State">Number of the state.</param>
/// <param name="Grants">One bit for each permission granted outside teams at the time asked for.</param>
/// <param name="Roles">One bit for each permission of the roles assigned outside teams at the time asked for.</param>
public readonly record struct PersonFacts(bool IsKnown, byte Type, byte State, ulong Grants, ulong Roles);

/// <summary>What is known of a person in a team. Numbers are those of <see cref="RightsVocabulary"/>.</summary>
/// <param name="IsTeamKnown">Whether there is such a team.</param>
/// <param name="TeamState">Number of the team's state.</param>
/// <param name="IsMember">Whether there is a membership of this very team, in any state (PE-01).</param>
/// <param name="State">Number of the membership's state.</param>
/// <param name="Role">Number of the membership's role.</param>
/// <param name="Grants">One bit for each permission granted in the team at the time asked for.</param>
/// <param name="Roles">One bit for each permission of the roles assigned in the team at the time asked for, without the membership's.</param>
public readonly record struct TeamFacts(bool IsTeamKnown, byte TeamState, bool IsMember, byte State, byte Role, ulong Grants, ulong Roles);
