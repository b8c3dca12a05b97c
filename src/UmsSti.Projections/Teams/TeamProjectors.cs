using UmsSti.Projections.Rights;
using UmsSti.ReadModels.Permissions;

namespace UmsSti.Projections.Teams;

/// <summary>The projectors about teams and rights.</summary>
public static class TeamProjectors
{
    /// <summary>Fills the directory of teams and their tree from the domain log; strong reads of teams wait for it.</summary>
    public const string Directory = "team-directory";

    /// <summary>Fills memberships, grants, roles and their histories from the domain log; strong checks wait for it.</summary>
    public const string Rights = "rights";

    /// <summary>Both. Decoders that others are given too share what is decoded.</summary>
    /// <param name="decoders">What reads the streams.</param>
    /// <param name="index">Shows the rights in memory; null where nobody asks it.</param>
    public static IReadOnlyList<IProjector> All(TeamDecoders decoders, PermissionIndex? index) =>
    [
        new TeamDirectoryProjector(decoders.Teams),
        new RightsProjector(decoders, index),
    ];
}

/// <summary>What reads the streams the projectors about teams and rights want. Reasons are opened: rows show them until the person is erased.</summary>
public sealed record TeamDecoders(EventDecoder Users, EventDecoder Teams, EventDecoder Memberships, EventDecoder Roles);
