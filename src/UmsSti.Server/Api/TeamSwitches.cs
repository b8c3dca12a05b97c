using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>What is switched within a team in use, and its end for good (CM-46, CM-47).</summary>
internal sealed class TeamSwitches(EntityAnswers answers)
{
    public static readonly ApiOperation StartMaintenanceOperation = Of("startTeamMaintenance", "start-maintenance", "Announce work on a team");
    public static readonly ApiOperation EndMaintenanceOperation = Of("endTeamMaintenance", "end-maintenance", "Say that the work is done");
    public static readonly ApiOperation CloseMembershipOperation = Of("closeTeamMembership", "close-membership", "Let nobody join");
    public static readonly ApiOperation OpenMembershipOperation = Of("openTeamMembership", "open-membership", "Let people join again");

    public static readonly ApiOperation PurgeOperation = Of("purgeTeam", "purge", "Remove an archived or cancelled team for good; its slug is free then") with
    {
        Description = "Needs system.configuration. Teams below must be gone already. What the log says of the team stays.",
    };

    public Task StartMaintenance(ApiCall call) => Run(call, TeamStep.StartMaintenance);

    public Task EndMaintenance(ApiCall call) => Run(call, TeamStep.CompleteMaintenance);

    public Task CloseMembership(ApiCall call) => Run(call, TeamStep.CloseMembership);

    public Task OpenMembership(ApiCall call) => Run(call, TeamStep.OpenMembership);

    public Task Purge(ApiCall call) => Run(call, TeamStep.Purge);

    private async Task Run(ApiCall call, TeamStep step)
    {
        await call.ExpectNoBody();
        await answers.Run(call, TeamRoutes.Command(TeamCommand.NewChangeTeamState(TeamRoutes.IdOf(call).Value, step)));
    }

    private static ApiOperation Of(string id, string verb, string summary) => TeamRoutes.Change(id, HttpMethods.Post, "/teams/{id}/" + verb, "Teams", summary) with
    {
        RouteParameters = TeamRoutes.Id,
        Answers = [new ApiAnswer(200, "The team after it; with dryRun the plan.", TeamShapes.Team)],
    };
}
