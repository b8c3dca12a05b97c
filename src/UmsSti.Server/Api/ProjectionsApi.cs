using System.Text;
using System.Text.Json;
using UmsSti.Projections;
using UmsSti.ReadModels;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>The projections: where they stand, building anew, and the streams they hold back.</summary>
internal sealed class ProjectionsApi(ProjectionHost projections, Reading reading, RememberedRequests remembered, Heads heads)
{
    private static readonly JsonEncodedText At = JsonEncodedText.Encode("at");
    private static readonly IReadOnlyDictionary<string, string> NameOnly = new Dictionary<string, string> { ["name"] = "Name of a projection, as GET /projections lists them." };
    private static readonly IReadOnlyDictionary<string, string> NameOrAll = new Dictionary<string, string> { ["name"] = "Name of a projection or model, as GET /projections lists them, or 'all', which reads each log once for all models." };

    public static readonly ApiOperation ListOperation = new("listProjections", HttpMethods.Get, "/projections", "Operations", "Where every projection stands")
    {
        Answers = [new ApiAnswer(200, "All of them.", AnswerShape.ListOf(OperationShapes.Projection))],
    };

    public static readonly ApiOperation RebuildOperation = new("rebuildProjection", HttpMethods.Post, "/projections/{name}/rebuild", "Operations", "Build a read model anew beside the one that answers")
    {
        RouteParameters = NameOrAll,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers =
        [
            new ApiAnswer(202, "It has begun; a rebuild of this model that runs already is named instead of a second one.", OperationShapes.Started),
            new ApiAnswer(200, "The plan of a dry run.", AnswerShape.PlanOf(OperationShapes.Started)),
        ],
    };

    public static readonly ApiOperation ParkedOperation = new("listParkedStreams", HttpMethods.Get, "/projections/{name}/parked", "Operations", "Streams a projection could not apply and holds back")
    {
        RouteParameters = NameOnly,
        Answers = [new ApiAnswer(200, "All of them.", AnswerShape.ListOf(OperationShapes.Parked))],
    };

    public static readonly ApiOperation RetryOperation = new("retryParkedStream", HttpMethods.Post, "/projections/{name}/parked/{stream}/retry", "Operations", "Try a parked stream again")
    {
        RouteParameters = new Dictionary<string, string> { ["name"] = NameOnly["name"], ["stream"] = "Name of the parked stream." },
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = [new ApiAnswer(200, "Whether it flows again; with dryRun the plan.", OperationShapes.Retried)],
    };

    public async Task List(ApiCall call)
    {
        await reading.Demand(call, Application.Query.SeeProjections);
        var all = projections.Monitor.Statuses();
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await Lists.Answer(call.Http, all, null, all.Count, OperationJson.Write);
    }

    public async Task Rebuild(ApiCall call)
    {
        var name = call.Route("name");
        await call.ExpectNoBody();
        await reading.Demand(call, Application.Query.OperateProjections);
        if (!projections.Rebuilds.Knows(name))
        {
            throw new ProblemException(ProblemKinds.NotFound, "There is no such projection.");
        }

        if (call.IsDryRun)
        {
            await OperationJson.AnswerPlan(call, heads.Domain);
            return;
        }

        var (answer, replayed) = await remembered.Run(call, (_, _) => Task.FromResult(Encoding.UTF8.GetBytes(projections.Rebuilds.Start(name).Id)));
        var operationId = Encoding.UTF8.GetString(answer);
        Mark(call, replayed);
        call.Http.Response.Headers.Location = $"{ApiRoutes.Base}/operations/{operationId}";
        await JsonAnswer.Write(call.Http, StatusCodes.Status202Accepted, operationId, static (json, id) =>
        {
            json.WriteStartObject();
            json.WriteString("operationId", id);
            json.WriteEndObject();
        });
    }

    public async Task Parked(ApiCall call)
    {
        var name = call.Route("name");
        await reading.Demand(call, Application.Query.SeeProjections);
        Demand(name);
        var parked = await projections.Parked(name, call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await Lists.Answer(call.Http, parked, null, parked.Count, Write);
    }

    public async Task Retry(ApiCall call)
    {
        var (name, stream) = (call.Route("name"), call.Route("stream"));
        await call.ExpectNoBody();
        await reading.Demand(call, Application.Query.OperateProjections);
        Demand(name);
        if (call.IsDryRun)
        {
            await OperationJson.AnswerPlan(call, heads.Domain);
            return;
        }

        var (answer, replayed) = await remembered.Run(call, async (_, _) => OperationJson.RetryBytes(stream, await RetryNow(name, stream, call.Ct)));
        Mark(call, replayed);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, answer, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    private async Task<ParkedRetry> RetryNow(string name, string stream, CancellationToken ct)
    {
        var retry = await projections.RetryParked(name, stream, ct);
        return retry.Outcome == ParkedRetryOutcome.NotParked ? throw new ProblemException(ProblemKinds.NotFound, "This projection holds no such stream back.") : retry;
    }

    private void Demand(string name)
    {
        if (projections.Monitor.Find(name) is null)
        {
            throw new ProblemException(ProblemKinds.NotFound, "There is no such projection.");
        }
    }

    private void Mark(ApiCall call, bool replayed)
    {
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        if (replayed)
        {
            call.Http.Response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }
    }

    private static void Write(Utf8JsonWriter json, ParkedStream parked)
    {
        json.WriteStartObject();
        json.WriteString("stream", parked.Stream);
        json.WriteNumber("fromVersion", parked.FromIndex);
        json.WriteNumber("fromPosition", parked.FromPosition);
        json.WriteString("error", parked.Error);
        json.WriteNumber("tries", parked.Tries);
        Times.Write(json, At, parked.At);
        json.WriteNumber("held", parked.Held);
        json.WriteEndObject();
    }
}
