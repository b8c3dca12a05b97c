using UmsSti.Projections.Teams;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Permissions;
using UmsSti.ReadModels.Teams;
using UmsSti.Server.Api;
using UmsSti.Server.Http;

namespace UmsSti.Server.Hosting;

/// <summary>The routes about teams and rights beside the everyday ones: invitations, requests, approvals, switches, histories, settings.</summary>
internal static class TeamRouteTable
{
    public static void Map(
        ApiRoutes routes, Installation house, EntityAnswers answers, CommandRunner commands, RememberedRequests remembered, Reading reading, Heads heads)
    {
        MapInvitations(routes, new InvitationCommands(answers));
        MapSwitches(routes, new TeamSwitches(answers));
        MapSteps(routes, new GrantSteps(answers), new AssignmentSteps(answers));
        routes.Map(BulkRights.Operation, new BulkRights(commands, remembered, heads).Run);
        var histories = new RightsHistories(
            new RoleDirectory(house.ReadModel), new MemberDirectory(house.ReadModel), new TeamDirectory(house.ReadModel), reading,
            new Freshness(house.Projections.Gate(TeamProjectors.Directory), null), new Freshness(house.Projections.Gate(TeamProjectors.Rights), null));
        routes.Map(RightsHistories.StatesOperation, histories.OfStates);
        routes.Map(RightsHistories.MemberOperation, histories.OfMember);
        routes.Map(RightsHistories.PermissionsOperation, histories.OfPermissions);
        routes.Map(RightsHistories.TeamsOperation, histories.OfTeams);
        var settings = new SettingsApi(answers, house.Application.Teams, reading, heads);
        routes.Map(SettingsApi.ListOperation, settings.List);
        routes.Map(SettingsApi.SetOperation, settings.Set);
    }

    private static void MapInvitations(ApiRoutes routes, InvitationCommands invitations)
    {
        routes.Map(InvitationCommands.InviteOperation, invitations.Invite);
        routes.Map(InvitationCommands.AcceptOperation, invitations.Accept);
        routes.Map(InvitationCommands.DeclineOperation, invitations.Decline);
        routes.Map(InvitationCommands.RevokeOperation, invitations.Revoke);
    }

    private static void MapSwitches(ApiRoutes routes, TeamSwitches switches)
    {
        routes.Map(TeamSwitches.StartMaintenanceOperation, switches.StartMaintenance);
        routes.Map(TeamSwitches.EndMaintenanceOperation, switches.EndMaintenance);
        routes.Map(TeamSwitches.CloseMembershipOperation, switches.CloseMembership);
        routes.Map(TeamSwitches.OpenMembershipOperation, switches.OpenMembership);
        routes.Map(TeamSwitches.PurgeOperation, switches.Purge);
    }

    private static void MapSteps(ApiRoutes routes, GrantSteps grants, AssignmentSteps roles)
    {
        routes.Map(GrantSteps.RequestOperation, grants.Request);
        routes.Map(GrantSteps.ApproveOperation, grants.Approve);
        routes.Map(GrantSteps.DenyOperation, grants.Deny);
        routes.Map(GrantSteps.SuspendOperation, grants.Suspend);
        routes.Map(GrantSteps.UnsuspendOperation, grants.Unsuspend);
        routes.Map(GrantSteps.LevelOperation, grants.ChangeLevel);
        routes.Map(AssignmentSteps.ApproveOperation, roles.Approve);
        routes.Map(AssignmentSteps.RejectOperation, roles.Reject);
        routes.Map(AssignmentSteps.DeactivateOperation, roles.Deactivate);
        routes.Map(AssignmentSteps.ReactivateOperation, roles.Reactivate);
        routes.Map(AssignmentSteps.SuspendOperation, roles.Suspend);
        routes.Map(AssignmentSteps.UnsuspendOperation, roles.Unsuspend);
    }
}
