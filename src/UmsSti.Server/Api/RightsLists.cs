using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Permissions;
using UmsSti.ReadModels.Teams;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Lists about rights from the read model: roles, the matrix of a team, the report on isolation.</summary>
internal sealed class RightsLists(
    RoleDirectory roles, RightsDirectory rights, MemberDirectory members, TeamDirectory teams, Checks checks, Reading reading, Freshness fresh)
{
    public static readonly ApiOperation RolesOperation = new("listRoles", HttpMethods.Get, "/roles", "Permissions", "The roles of a team, or those outside teams")
    {
        Query = [TeamRoutes.Team, QueryParameter.Limit, QueryParameter.Cursor],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page of roles, by name.", AnswerShape.ListOf(RightsShapes.RoleListed))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public static readonly ApiOperation MatrixOperation = new("getPermissionMatrix", HttpMethods.Get, "/permissions/matrix", "Permissions", "Who holds what in a team")
    {
        Query = [TeamRoutes.Team, QueryParameter.Limit, QueryParameter.Cursor],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page of members with what each holds.", AnswerShape.ListOf(RightsShapes.MatrixRow))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public static readonly ApiOperation IsolationOperation = new("getIsolationReport", HttpMethods.Get, "/reports/isolation", "Permissions", "Whether any right reaches where no membership is")
    {
        IsFresh = true,
        Answers = [new ApiAnswer(200, "The report.", RightsShapes.Isolation)],
    };

    public async Task ListRoles(ApiCall call)
    {
        var team = TeamRoutes.TeamOf(call);
        await reading.Demand(call, Roles.RuleOf(call, team));
        var position = await fresh.Reach(call);
        var page = await Lists.Read(async () => await roles.ListAsync(team.IsSome ? team.Value.Value : null, call.Query.Limit(), call.Query.Text("cursor"), call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, page.Items, page.NextCursor, page.Total, RightsJson.Write);
    }

    public async Task Matrix(ApiCall call)
    {
        var team = TeamRoutes.TeamOf(call);
        if (team.IsNone)
        {
            throw new ProblemException(Problem.Field("team", "is required"));
        }

        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewMatrix(team.Value)));
        var position = await fresh.Reach(call);
        await TeamLists.DemandTeam(teams, team.Value, call.Ct);
        var query = new MemberListQuery { Limit = call.Query.Limit(), Cursor = call.Query.Text("cursor") };
        var page = await Lists.Read(async () => await members.ListAsync(team.Value.Value, query, call.Ct));
        var rows = new List<(MemberRow Member, string[] Held)>();
        foreach (var member in page.Items)
        {
            rows.Add((member, TeamRoutes.Granted(await checks.HeldNow(member.UserId, team.Value.Value, position, call.Now, call.Ct))));
        }

        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, rows, page.NextCursor, page.Total, static (json, row) =>
        {
            json.WriteStartObject();
            json.WriteString("userId", row.Member.UserId);
            json.WriteString("name", row.Member.Name);
            json.WriteString("role", row.Member.Role);
            json.WriteString("state", row.Member.State);
            RightsJson.WriteTexts(json, "permissions", row.Held);
            json.WriteEndObject();
        });
    }

    public async Task Isolation(ApiCall call)
    {
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.ViewIsolationReport));
        var position = await fresh.Reach(call);
        string[] inTeams = [.. Permission.All.Where(permission => permission.Scope.IsTeam).Select(permission => permission.Name)];
        var report = await rights.IsolationAsync(inTeams, call.Now, call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, position);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, report, RightsJson.Write);
    }
}
