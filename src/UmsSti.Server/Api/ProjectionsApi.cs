using System.Text;
using System.Text.Json;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Projections;
using UmsSti.ReadModels;
using UmsSti.Server.Http;
using OperatorEvents = UmsSti.Domain.Operator.Events;

namespace UmsSti.Server.Api;

/// <summary>The projections: where they stand, building anew, and the streams they hold back.</summary>
internal sealed class ProjectionsApi(ProjectionHost projections, Operators operators, Reading reading, RememberedRequests remembered, Heads heads)
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

    public static readonly ApiOperation SkipOperation = new("skipParkedStream", HttpMethods.Post, "/projections/{name}/parked/{stream}/skip", "Operations", "Let a projection go on without what it could not apply")
    {
        Description = "The event stays in the log; this projection leaves it out from now on, also in a rebuild. Who did it and why is recorded before it is done.",
        RouteParameters = RetryOperation.RouteParameters,
        Body = new BodyShape(
            "SkipParkedStream",
            new BodyField("reason", FieldKind.Text, "Why; kept in the audit view.") { Required = true, MaxLength = Reason.MaxLength, MultiLine = true },
            new BodyField("extent", FieldKind.Text, "event: the one it fails at, when not given; all: everything it holds now.") { OneOf = ["event", "all"] }),
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers =
        [
            new ApiAnswer(200, "What was left out, and whether the stream flows again; with dryRun the plan.", OperationShapes.Skipped),
        ],
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

        var (answer, replayed) = await remembered.Run(call, async (_, _) => Encoding.UTF8.GetBytes((await RebuildNow(call, name)).Id));
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

        var (answer, replayed) = await remembered.Run(call, async (_, _) => OperationJson.RetryBytes(stream, await RetryNow(call, name, stream)));
        Mark(call, replayed);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, answer, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    public async Task Skip(ApiCall call)
    {
        var (name, stream) = (call.Route("name"), call.Route("stream"));
        var body = await call.Body();
        var extent = body.Text("extent") == "all" ? SkipExtent.AllHeld : SkipExtent.FailingEvent;
        if (!Reason.TryParse(body.RequiredText("reason"), out var reason))
        {
            throw new ProblemException(Problem.Field("reason", $"must be 1 to {Reason.MaxLength} characters"));
        }

        await reading.Demand(call, Application.Query.OperateProjections);
        Demand(name);
        if (call.IsDryRun)
        {
            await OperationJson.AnswerPlan(call, heads.Domain);
            return;
        }

        var (answer, replayed) = await remembered.Run(call, async (_, _) => OperationJson.SkipBytes(stream, await SkipNow(call, name, stream, extent, reason)));
        Mark(call, replayed);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, answer, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    private async Task<ParkedSkip> SkipNow(ApiCall call, string name, string stream, SkipExtent extent, Reason reason)
    {
        var parked = await DemandParked(name, stream, call.Ct);
        var fact = OperatorEvents.Event.NewParkedStreamSkipped(new(
            name, stream, parked.FromPosition, extent == SkipExtent.AllHeld ? "all" : "event", Personal.NewKnown(reason.Value), call.Now));
        await Record(call, fact);
        var skip = await projections.SkipParked(name, stream, extent, call.Ct);
        return skip.Outcome == ParkedRetryOutcome.NotParked ? throw NotParked() : skip;
    }

    private async Task<RebuildOperation> RebuildNow(ApiCall call, string name)
    {
        await Record(call, OperatorEvents.Event.NewProjectionRebuildRequested(new(projections.Monitor.Find(name)?.Model ?? name, call.Now)));
        return projections.Rebuilds.Start(name);
    }

    private async Task<ParkedRetry> RetryNow(ApiCall call, string name, string stream)
    {
        await DemandParked(name, stream, call.Ct);
        await Record(call, OperatorEvents.Event.NewParkedStreamRetried(new(name, stream, call.Now)));
        var retry = await projections.RetryParked(name, stream, call.Ct);
        return retry.Outcome == ParkedRetryOutcome.NotParked ? throw NotParked() : retry;
    }

    // What the operator does is on record before it is done; what is not parked is not on record either.
    private async Task<ParkedStream> DemandParked(string name, string stream, CancellationToken ct) =>
        (await projections.Parked(name, ct)).FirstOrDefault(parked => parked.Stream == stream) ?? throw NotParked();

    private static ProblemException NotParked() => new(ProblemKinds.NotFound, "This projection holds no such stream back.");

    private Task Record(ApiCall call, OperatorEvents.Event fact) => operators.Record(call.EnvelopeWith(null, []), fact, call.Ct);

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
