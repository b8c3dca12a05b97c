using UmsSti.Projections;
using UmsSti.Projections.Dues;
using UmsSti.Projections.Teams;
using UmsSti.Projections.Users;
using UmsSti.ReadModels.Analytics;
using UmsSti.ReadModels.Audit;
using UmsSti.ReadModels.Dues;
using UmsSti.ReadModels.Hierarchy;
using UmsSti.ReadModels.History;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Permissions;
using UmsSti.ReadModels.Security;
using UmsSti.ReadModels.Teams;
using UmsSti.ReadModels.Users;
using UmsSti.Server.Api;
using UmsSti.Server.Authentication;
using UmsSti.Server.Http;
using UmsSti.Server.Mail;

namespace UmsSti.Server.Hosting;

/// <summary>Puts the parts of the API together, once, by hand: what a request needs is there before it comes.</summary>
internal static class Routes
{
    public static void Map(WebApplication app, Installation house, ServerOptions options, Readiness readiness, TimeProvider time)
    {
        var logs = app.Services.GetRequiredService<ILoggerFactory>();
        var heads = new Heads(house.Events, house.Activity);
        var digests = new RequestDigests(house.Vault);
        var remembered = new RememberedRequests(house.Events, house.Events, digests);
        var cache = new SessionCache();
        var sessions = new SessionStore(house.Vault, cache);
        var passwords = new Passwords(house.Vault, house.Passwords);
        var bearer = new BearerAuthentication(sessions, cache, house.Application.Gate, heads);
        app.UseRouting();
        app.UseAnswerFrame(logs.CreateLogger<ApiRoutes>());
        ServiceEndpoints.Map(app, new HealthEndpoints(readiness, new HealthReport(house, readiness), bearer, house.Application.Gate, time));
        VerifyPage.Map(app);
        var routes = new ApiRoutes(app, bearer, new RequestLimiter(options.RateLimit), heads, readiness, time, logs.CreateLogger<ApiRoutes>());
        MapUsers(routes, house, remembered, passwords, digests, heads, time, logs);
        MapSessions(routes, house, sessions, passwords, heads);
        MapTeams(routes, house, remembered, digests, heads);
        MapViews(routes, house, remembered, heads);
        MapOperations(routes, house, remembered, heads);
        MapOutbox(routes, house, options, remembered, heads);
    }

    private static void MapUsers(
        ApiRoutes routes, Installation house, RememberedRequests remembered, Passwords passwords, RequestDigests digests, Heads heads, TimeProvider time, ILoggerFactory logs)
    {
        var reading = new Reading(house.Application.Gate);
        var directory = new UserDirectory(house.ReadModel);
        var fresh = new Freshness(Gate(house, UserProjectors.Directory), Gate(house, UserProjectors.Logins));
        var commands = new CommandRunner(house.Application.Door, digests);
        var (members, teams) = (new MemberDirectory(house.ReadModel), new TeamDirectory(house.ReadModel));
        var (ofTeams, ofRights) = (new Freshness(Gate(house, TeamProjectors.Directory), null), new Freshness(Gate(house, TeamProjectors.Rights), null));
        var included = new UserIncludes(house.Application.Checks, house.Application.Teams, members, ofRights);
        var reads = new UserReads(directory, house.Application.Users, included, teams, reading, fresh, ofTeams, ofRights, heads);
        var changes = new UserCommands(new EntityAnswers(commands, directory, house.Application.Checks, heads));
        var registrations = new Registrations(
            commands, changes, remembered, passwords, house.Application.SignIns, house.Application.Gate, time, logs.CreateLogger<Registrations>());
        var emails = new Emails(changes, house.Verifications, passwords, remembered);
        var bulk = new BulkUsers(commands, remembered, heads);
        var events = new EventReads(house.Events, house.Application.EventViews, reading);
        var timelines = new Timelines(house.Timeline, directory, members, new TeamSight(house.Principals, members, house.Application.Gate), reading, fresh, ofRights);

        routes.Map(Registrations.Operation, registrations.Register);
        routes.Map(UserReads.ListOperation, reads.List);
        routes.Map(BulkUsers.Operation, bulk.Run);
        routes.Map(UserReads.GetOperation, reads.Get);
        routes.Map(UserCommands.UpdateOperation, changes.Update);
        routes.Map(UserCommands.ActivateOperation, changes.Activate);
        routes.Map(UserCommands.DeactivateOperation, changes.Deactivate);
        routes.Map(UserCommands.SuspendOperation, changes.Suspend);
        routes.Map(UserCommands.UnsuspendOperation, changes.Unsuspend);
        routes.Map(UserCommands.ArchiveOperation, changes.Archive);
        routes.Map(UserCommands.ActiveTeamOperation, changes.SetActiveTeam);
        routes.Map(Emails.ChangeOperation, emails.Change);
        routes.Map(Emails.VerifyOperation, emails.Verify);
        routes.Map(Emails.ResendOperation, emails.Resend);
        routes.Map(EventReads.OfUserOperation, events.OfUser);
        routes.Map(Timelines.Operation, timelines.List);
        routes.Map(EventReads.AllOperation, events.All);
    }

    private static void MapTeams(ApiRoutes routes, Installation house, RememberedRequests remembered, RequestDigests digests, Heads heads)
    {
        var reading = new Reading(house.Application.Gate);
        var commands = new CommandRunner(house.Application.Door, digests);
        var answers = new EntityAnswers(commands, new UserDirectory(house.ReadModel), house.Application.Checks, heads);
        var reads = new TeamReads(
            house.Application.Teams, new TeamDirectory(house.ReadModel), new MemberDirectory(house.ReadModel), new Freshness(Gate(house, TeamProjectors.Directory), null), new Freshness(Gate(house, TeamProjectors.Rights), null), reading, heads);
        routes.Map(TeamReads.GetOperation, reads.Get);
        routes.Map(TeamReads.MemberOperation, reads.Member);
        MapTeamCommands(routes, new TeamCommands(answers));
        TeamRouteTable.Map(routes, house, answers, commands, remembered, reading, heads);
        MapMemberCommands(routes, new MemberCommands(answers));
        routes.Map(BulkMembers.Operation, new BulkMembers(commands, remembered, heads).Run);
        MapRights(routes, house, answers, reading, heads);
        MapTeamLists(routes, house, reading, heads);
    }

    private static void MapTeamLists(ApiRoutes routes, Installation house, Reading reading, Heads heads)
    {
        var (teams, members) = (new TeamDirectory(house.ReadModel), new MemberDirectory(house.ReadModel));
        var (ofTeams, ofRights) = (new Freshness(Gate(house, TeamProjectors.Directory), null), new Freshness(Gate(house, TeamProjectors.Rights), null));
        var sight = new TeamSight(house.Principals, members, house.Application.Gate);
        var lists = new TeamLists(teams, members, sight, reading, ofTeams, ofRights);
        var trees = new TreeReads(new TeamHierarchy(house.ReadModel), house.Application.Teams, sight, reading, ofTeams, ofRights, heads);
        var rights = new RightsLists(
            new RoleDirectory(house.ReadModel), new RightsDirectory(house.ReadModel), members, teams, house.Application.Checks, reading, ofRights);
        routes.Map(TeamLists.ListOperation, lists.List);
        routes.Map(TeamLists.MembersOperation, lists.Members);
        routes.Map(TreeReads.AncestorsOperation, trees.Ancestors);
        routes.Map(TreeReads.DescendantsOperation, trees.Descendants);
        routes.Map(TreeReads.ChildrenOperation, trees.Children);
        routes.Map(TreeReads.PathOperation, trees.Path);
        routes.Map(TreeReads.TreeOperation, trees.Nested);
        routes.Map(TreeReads.StatisticsOperation, trees.Statistics);
        routes.Map(RightsLists.RolesOperation, rights.ListRoles);
        routes.Map(RightsLists.MatrixOperation, rights.Matrix);
        routes.Map(RightsLists.IsolationOperation, rights.Isolation);
    }

    private static void MapTeamCommands(ApiRoutes routes, TeamCommands teams)
    {
        routes.Map(TeamCommands.CreateOperation, teams.Create);
        routes.Map(TeamCommands.UpdateOperation, teams.Update);
        routes.Map(TeamCommands.SetSettingOperation, teams.SetSetting);
        routes.Map(TeamCommands.ClearSettingOperation, teams.ClearSetting);
        routes.Map(TeamCommands.MoveOperation, teams.Move);
        routes.Map(TeamCommands.ActivateOperation, teams.Activate);
        routes.Map(TeamCommands.DeactivateOperation, teams.Deactivate);
        routes.Map(TeamCommands.SuspendOperation, teams.Suspend);
        routes.Map(TeamCommands.UnsuspendOperation, teams.Unsuspend);
        routes.Map(TeamCommands.ArchiveOperation, teams.Archive);
        routes.Map(TeamCommands.CancelOperation, teams.Cancel);
    }

    private static void MapMemberCommands(ApiRoutes routes, MemberCommands members)
    {
        routes.Map(MemberCommands.AddOperation, members.Add);
        routes.Map(MemberCommands.ChangeRoleOperation, members.ChangeRole);
        routes.Map(MemberCommands.RemoveOperation, members.Remove);
        routes.Map(MemberCommands.SuspendOperation, members.Suspend);
        routes.Map(MemberCommands.DeactivateOperation, members.Deactivate);
        routes.Map(MemberCommands.ReactivateOperation, members.Reactivate);
        routes.Map(MemberCommands.LeaveOperation, members.Leave);
        routes.Map(MemberCommands.RequestOperation, members.Request);
        routes.Map(MemberCommands.ApproveOperation, members.Approve);
        routes.Map(MemberCommands.RejectOperation, members.Reject);
        routes.Map(MemberCommands.WithdrawOperation, members.Withdraw);
    }

    private static void MapRights(ApiRoutes routes, Installation house, EntityAnswers answers, Reading reading, Heads heads)
    {
        var rights = new RightsCommands(answers);
        var losses = new RoleLosses(new RoleDirectory(house.ReadModel), house.Application.Checks, new Freshness(Gate(house, TeamProjectors.Rights), null));
        var roles = new Roles(answers, losses, house.Application.Teams, reading, heads);
        var checks = new CheckReads(house.Application.Checks, new CheckFreshness(house.Projections.Monitor, heads), reading, heads);
        routes.Map(RightsCommands.GrantOperation, rights.Grant);
        routes.Map(RightsCommands.RevokeOperation, rights.Revoke);
        routes.Map(RightsCommands.AssignOperation, rights.Assign);
        routes.Map(RightsCommands.WithdrawOperation, rights.Withdraw);
        routes.Map(Roles.DefineOperation, roles.Define);
        routes.Map(Roles.GetOperation, roles.Get);
        routes.Map(Roles.ChangeOperation, roles.Change);
        routes.Map(Roles.RetireOperation, roles.Retire);
        routes.Map(CheckReads.ListOperation, checks.List);
        routes.Map(CheckReads.CheckOperation, checks.Check);
        routes.Map(CheckReads.ExplainOperation, checks.Explain);
        routes.Map(CheckReads.BulkOperation, checks.Bulk);
        routes.Map(CheckReads.EffectiveOperation, checks.Effective);
    }

    private static void MapSessions(ApiRoutes routes, Installation house, SessionStore store, Passwords passwords, Heads heads)
    {
        var application = house.Application;
        var sessions = new Sessions(store, passwords, application.Users, application.SignIns, application.Gate, new Reading(application.Gate), house.Ids, heads);
        var ends = new SessionEnds(store, application.Users, application.SignIns, new Reading(application.Gate), heads);
        var me = new Me(application.Gate, application.Users, application.Checks, heads);
        routes.Map(Sessions.LogInOperation, sessions.LogIn);
        routes.Map(Sessions.ListOperation, sessions.List);
        routes.Map(SessionEnds.CurrentOperation, ends.Current);
        routes.Map(SessionEnds.OneOperation, ends.One);
        routes.Map(SessionEnds.AllOperation, ends.All);
        routes.Map(Me.Operation, me.Get);
    }

    private static void MapViews(ApiRoutes routes, Installation house, RememberedRequests remembered, Heads heads)
    {
        var reading = new Reading(house.Application.Gate);
        var texts = house.Application.SealedTexts;
        var audit = new AuditReads(
            new AuditTrail(house.ReadModel), texts, house.Application.Operators, reading,
            new Freshness(Gate(house, ViewProjectors.AuditDomain), Gate(house, ViewProjectors.AuditActivity)));
        var ofSecurity = new Freshness(Gate(house, ViewProjectors.SecurityDomain), Gate(house, ViewProjectors.SecurityActivity));
        var securityEvents = new SecurityEvents(house.ReadModel);
        var security = new SecurityReads(securityEvents, texts, reading, ofSecurity);
        var resolving = new SecurityResolving(securityEvents, reading, ofSecurity, remembered, house.Application.Operators, heads);
        var histories = new StateHistories(new UserStateHistory(house.ReadModel), texts, reading, new Freshness(Gate(house, ViewProjectors.StateHistory), null));
        var (ofFigures, ofTeams) = (
            new Freshness(Gate(house, ViewProjectors.AnalyticsDomain), Gate(house, ViewProjectors.AnalyticsActivity)),
            new Freshness(Gate(house, ViewProjectors.AnalyticsTeams), null));
        var analytics = new AnalyticsReads(new DailyMetrics(house.ReadModel), reading, ofFigures, ofTeams);
        var engagement = new EngagementReads(
            new Engagement(house.ReadModel), new UserDirectory(house.ReadModel), new TeamDirectory(house.ReadModel), reading, ofFigures, ofTeams);
        routes.Map(AuditReads.ListOperation, audit.List);
        routes.Map(SecurityReads.ListOperation, security.List);
        routes.Map(SecurityResolving.ResolveOperation, resolving.Resolve);
        routes.Map(StateHistories.Operation, histories.List);
        routes.Map(AnalyticsReads.DailyOperation, analytics.Daily);
        routes.Map(EngagementReads.UserOperation, engagement.OfUser);
        routes.Map(EngagementReads.TeamOperation, engagement.OfTeam);
    }

    private static void MapOperations(ApiRoutes routes, Installation house, RememberedRequests remembered, Heads heads)
    {
        var reading = new Reading(house.Application.Gate);
        var projections = new ProjectionsApi(house.Projections, house.Application.Operators, reading, remembered, heads);
        var schedules = new SchedulesApi(house.Schedules, reading, remembered, heads);
        var operations = new OperationsApi(house.Projections, house.Schedules, reading, heads);
        routes.Map(ProjectionsApi.ListOperation, projections.List);
        routes.Map(ProjectionsApi.RebuildOperation, projections.Rebuild);
        routes.Map(ProjectionsApi.ParkedOperation, projections.Parked);
        routes.Map(ProjectionsApi.RetryOperation, projections.Retry);
        routes.Map(ProjectionsApi.SkipOperation, projections.Skip);
        routes.Map(SchedulesApi.ListOperation, schedules.List);
        routes.Map(SchedulesApi.RunOperation, schedules.Run);
        routes.Map(OperationsApi.GetOperation, operations.Get);
        var processes = new ProcessesApi(
            house.Application.Processes, new DueDates(house.ReadModel), reading, remembered, new Freshness(Gate(house, DuesProjector.ProjectorName), null), heads);
        routes.Map(ProcessesApi.ListOperation, processes.List);
        routes.Map(ProcessesApi.ResumeOperation, processes.Resume);
    }

    private static void MapOutbox(ApiRoutes routes, Installation house, ServerOptions options, RememberedRequests remembered, Heads heads)
    {
        var reading = new Reading(house.Application.Gate);
        var operators = house.Application.Operators;
        var outbox = new OutboxApi(house.Reactors, reading, remembered, operators, heads);
        var webhooks = new WebhooksApi(options.Webhooks, house.Reactors, reading, remembered, operators, heads);
        routes.Map(OutboxApi.ListOperation, outbox.List);
        routes.Map(OutboxApi.RetryOperation, outbox.Retry);
        routes.Map(OutboxApi.SkipOperation, outbox.Skip);
        var reactors = new ReactorsApi(house.Reactors, reading, remembered, operators, heads);
        routes.Map(ReactorsApi.ListOperation, reactors.List);
        routes.Map(ReactorsApi.FailedOperation, reactors.Failed);
        routes.Map(ReactorsApi.RetryOperation, reactors.Retry);
        routes.Map(WebhooksApi.ListOperation, webhooks.List);
        routes.Map(WebhooksApi.ReplayOperation, webhooks.Replay);
    }

    private static ReadGate Gate(Installation house, string projector) => house.Projections.Gate(projector);
}
