using System.Text.Json;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>
/// Whether somebody may do something, why, and what he holds: now, or at a past moment. Checks about now come from the permission index,
/// everything else is folded from the log, so never behind it.
/// </summary>
internal sealed class CheckReads(Checks checks, CheckFreshness fresh, Reading reading, Heads heads)
{
    private static readonly QueryParameter User = new("user", "Who.");
    private static readonly QueryParameter PermissionName = new("permission", "Canonical name of the permission.");

    public static readonly ApiOperation CheckOperation = Question("checkPermission", "/permissions/check", "Whether somebody may do something") with
    {
        Answers = [new ApiAnswer(200, "The decision.", RightsShapes.Check)],
    };

    public static readonly ApiOperation ExplainOperation = Question("explainPermission", "/permissions/explain", "Why somebody may or may not do something") with
    {
        Description = "Every fact that was looked at with the event that made it so, and for a denial the fewest steps that would turn it.",
        Answers = [new ApiAnswer(200, "The decision with its reasons.", RightsShapes.Explanation)],
    };

    public static readonly ApiOperation EffectiveOperation = new("getUserPermissions", HttpMethods.Get, "/users/{id}/permissions", "Permissions", "What a user holds, with where each comes from")
    {
        RouteParameters = UserRoutes.Id,
        Query = [TeamRoutes.Team, QueryParameter.AsOf, QueryParameter.AtPosition],
        Answers = [new ApiAnswer(200, "What he holds in the team, or outside teams.", RightsShapes.Effective)],
    };

    public static readonly ApiOperation ListOperation = new("listPermissions", HttpMethods.Get, "/permissions", "Permissions", "Every permission there is")
    {
        Answers = [new ApiAnswer(200, "By name.", RightsShapes.Permissions)],
    };

    public static readonly ApiOperation BulkOperation = new("checkPermissions", HttpMethods.Post, "/permissions/check/bulk", "Permissions", "Up to 100 checks at once, answered one by one")
    {
        Description = "Stores nothing, with or without dryRun.",
        Body = RightsShapes.BulkChecks,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = [new ApiAnswer(200, "What came of each.", RightsShapes.BulkCheckResult)],
        Problems = [ProblemKinds.InvalidHeader, ProblemKinds.ConsistencyTimeout],
    };

    public async Task Check(ApiCall call)
    {
        var (user, permission, team, moment) = await Asked(call);
        var check = TeamRoutes.Granted(moment.IsNow
            ? await checks.CheckNow(user, permission, team, await fresh.Reach(call), call.Now, call.Ct)
            : await checks.Check(user, permission, team, moment, call.Now, call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, check.Position);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, check, RightsJson.Write);
    }

    public async Task Explain(ApiCall call)
    {
        var (user, permission, team, moment) = await Asked(call);
        var explanation = TeamRoutes.Granted(await checks.Explain(user, permission, team, moment, call.Now, call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, explanation.Check.Position);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, explanation, RightsJson.Write);
    }

    public async Task Effective(ApiCall call)
    {
        var user = UserRoutes.IdOf(call);
        var team = call.Query.Text(TeamRoutes.Team.Name);
        await Demand(call, user, team);
        var held = TeamRoutes.Granted(await checks.Effective(user, team, TeamRoutes.MomentOf(call, heads.Domain), call.Now, call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, held.Position);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, held, RightsJson.Write);
    }

    public async Task List(ApiCall call)
    {
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewRoles(UserId.Parse(call.Caller.UserId))));
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, Permission.All, static (json, all) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (var permission in all.OrderBy(each => each.Name, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("name", permission.Name);
                json.WriteString("scope", permission.Scope.IsTeam ? "team" : "global");
                RightsJson.WriteTexts(json, "teamRoles", TeamRole.All.Where(role => TeamRoleModule.permissions(role).Contains(permission)).OrderBy(role => role.Rank).Select(role => role.Name));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public async Task Bulk(ApiCall call)
    {
        var body = await call.Body();
        var questions = body.Objects("checks");
        if (questions.Count == 0)
        {
            throw new ProblemException(Problem.Field("checks", "must ask something"));
        }

        var atLeast = await fresh.Reach(call);
        var results = new List<(BodyValues Asked, CheckView? Check, Problem? Problem)>();
        foreach (var question in questions)
        {
            results.Add(await One(call, question, atLeast));
        }

        RequestHeaders.SetPosition(call.Http.Response, results.Min(one => one.Check?.Position) ?? atLeast);
        if (call.IsDryRun)
        {
            await CommandRunner.AnswerPlan(call.Http, [], results, Write);
            return;
        }

        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, results, Write);
    }

    private async Task<(BodyValues Asked, CheckView? Check, Problem? Problem)> One(ApiCall call, BodyValues question, long atLeast)
    {
        try
        {
            var (user, permission, team) = (question.RequiredText("user"), question.RequiredText("permission"), question.Text("team"));
            await Demand(call, user, team);
            return (question, TeamRoutes.Granted(await checks.CheckNow(user, permission, team, atLeast, call.Now, call.Ct)), null);
        }
        catch (ProblemException refused)
        {
            return (question, null, refused.Problem);
        }
    }

    private static void Write(Utf8JsonWriter json, List<(BodyValues Asked, CheckView? Check, Problem? Problem)> results)
    {
        json.WriteStartObject();
        json.WriteStartArray("results");
        foreach (var (asked, check, problem) in results)
        {
            json.WriteStartObject();
            json.WriteString("user", asked.Text("user"));
            json.WriteString("permission", asked.Text("permission"));
            json.WriteString("team", asked.Text("team"));
            if (check is not null)
            {
                json.WriteBoolean("allowed", check.Allowed);
                json.WriteString("accessType", check.AccessType);
            }

            if (problem is not null)
            {
                json.WritePropertyName("problem");
                problem.WriteBody(json, traceId: null);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private async Task<(string User, string Permission, string? Team, Moment Moment)> Asked(ApiCall call)
    {
        var errors = new FieldErrors();
        var user = call.Query.Text(User.Name);
        var permission = call.Query.Text(PermissionName.Name);
        if (user is null)
        {
            errors.Add(User.Name, "is required");
        }

        if (permission is null)
        {
            errors.Add(PermissionName.Name, "is required");
        }

        errors.ThrowIfAny();
        var team = call.Query.Text(TeamRoutes.Team.Name);
        await Demand(call, user!, team);
        return (user!, permission!, team, TeamRoutes.MomentOf(call, heads.Domain));
    }

    private async Task Demand(ApiCall call, string user, string? team) =>
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewPermissions(TeamRoutes.UserOf(user), TeamRoutes.TeamOf(team))));

    private static ApiOperation Question(string id, string path, string summary) => new(id, HttpMethods.Get, path, "Permissions", summary)
    {
        Query = [User, PermissionName, TeamRoutes.Team, QueryParameter.AsOf, QueryParameter.AtPosition],
        Problems = TeamProblems.OfChecks,
    };
}
