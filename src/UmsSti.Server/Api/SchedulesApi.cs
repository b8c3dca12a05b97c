using System.Text;
using UmsSti.Projections.Schedules;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Work that comes round by the clock: when it runs, how it went, and running it now.</summary>
internal sealed class SchedulesApi(ScheduleHost schedules, Reading reading, RememberedRequests remembered, Heads heads)
{
    public static readonly ApiOperation ListOperation = new("listSchedules", HttpMethods.Get, "/schedules", "Operations", "When each schedule runs, and how it went last")
    {
        Answers = [new ApiAnswer(200, "All of them.", AnswerShape.ListOf(ScheduleJson.Shape))],
    };

    public static readonly ApiOperation RunOperation = new("runSchedule", HttpMethods.Post, "/schedules/{name}/run", "Operations", "Run a schedule now")
    {
        Description = "Safe at any time: candidates that were acted on are none any more, and two runs never go on at once.",
        RouteParameters = new Dictionary<string, string> { ["name"] = "Name of a schedule, as GET /schedules lists them." },
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers =
        [
            new ApiAnswer(202, "It has begun; a run of this schedule that goes on already is named instead of a second one.", OperationShapes.Started),
            new ApiAnswer(200, "The plan of a dry run.", AnswerShape.PlanOf(OperationShapes.Started)),
        ],
    };

    public async Task List(ApiCall call)
    {
        await reading.Demand(call, Application.Query.SeeSchedules);
        var all = await schedules.Statuses(call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await Lists.Answer(call.Http, all, null, all.Count, ScheduleJson.Write);
    }

    public async Task Run(ApiCall call)
    {
        var name = call.Route("name");
        await call.ExpectNoBody();
        await reading.Demand(call, Application.Query.OperateSchedules);
        if (!schedules.Knows(name))
        {
            throw new ProblemException(ProblemKinds.NotFound, "There is no such schedule.");
        }

        if (call.IsDryRun)
        {
            await OperationJson.AnswerPlan(call, heads.Domain);
            return;
        }

        var (answer, replayed) = await remembered.Run(call, async (_, _) => Encoding.UTF8.GetBytes(await schedules.RunNow(name, call.EnvelopeWith(null, []), call.Ct)));
        var operationId = Encoding.UTF8.GetString(answer);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        if (replayed)
        {
            call.Http.Response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }

        call.Http.Response.Headers.Location = $"{ApiRoutes.Base}/operations/{operationId}";
        await JsonAnswer.Write(call.Http, StatusCodes.Status202Accepted, operationId, static (json, id) =>
        {
            json.WriteStartObject();
            json.WriteString("operationId", id);
            json.WriteEndObject();
        });
    }
}
