using UmsSti.Application;
using UmsSti.ReadModels.Permissions;

namespace UmsSti.Projections.Rights;

/// <summary>The command that puts on record what a line of upkeep says. Whether it is carried out is decided in the domain.</summary>
internal static class UpkeepCommands
{
    private const string Gone = "The account or the team was archived.";
    private const string Suspended = "The account was suspended.";
    private const string Retired = "The role was retired.";

    /// <summary>The command of a line that a search found.</summary>
    public static Command Of(UpkeepSearch search, UpkeepItem item) => Command.NewOfTeams(item.Kind switch
    {
        UpkeepKind.Expired => TeamCommand.NewExpireRights(item.UserId, item.TeamId),
        UpkeepKind.Membership => TeamCommand.NewChangeMembership(item.TeamId ?? "", item.UserId, StepOf(search, item)),
        UpkeepKind.Grant => TeamCommand.NewChangeGrant(item.UserId, item.TeamId, item.Name, StepOf(search)),
        UpkeepKind.Role => TeamCommand.NewChangeAssignment(item.UserId, item.TeamId, item.Name, AssignmentStep.NewRevoke(ReasonOf(search))),
        _ => throw new InvalidOperationException($"'{item.Kind}' is no kind of upkeep."),
    });

    // What is only asked for or offered is closed; a person who is gone leaves for good, and with him goes what he was given there.
    private static MembershipStep StepOf(UpkeepSearch search, UpkeepItem item) => item.State switch
    {
        "invited" when search == UpkeepSearch.Invitations => MembershipStep.ExpireInvitation,
        "invited" => MembershipStep.NewRevokeInvitation(Gone),
        "requested" => MembershipStep.NewRejectRequest(Gone),
        _ => item.IsGone ? MembershipStep.NewRemove(Gone) : MembershipStep.NewDeactivate(Gone),
    };

    private static GrantStep StepOf(UpkeepSearch search) =>
        search == UpkeepSearch.Requests ? GrantStep.ExpireRequest : GrantStep.NewRevoke(ReasonOf(search));

    private static string ReasonOf(UpkeepSearch search) => search switch
    {
        UpkeepSearch.Dropped => Suspended,
        UpkeepSearch.Retired => Retired,
        _ => Gone,
    };
}
