using System.Globalization;
using System.Text.Json;
using UmsSti.Application;
using UmsSti.Projections.Reactors;
using UmsSti.Server.Http;
using OperatorEvents = UmsSti.Domain.Operator.Events;

namespace UmsSti.Server.Api;

/// <summary>The reactors, and the events they could not make sense of (RE-06, RM-16).</summary>
internal sealed class ReactorsApi(ReactorHost reactors, Reading reading, RememberedRequests remembered, Operators operators, Heads heads)
{
    private static readonly JsonEncodedText FailedAt = JsonEncodedText.Encode("failedAt");

    private static readonly AnswerShape Reactor = new(
        "Reactor",
        new AnswerField("name", AnswerKind.Text, "Stable."),
        new AnswerField("position", AnswerKind.Number, "The last event it has reacted to."),
        new AnswerField("head", AnswerKind.Number, "Where its log stands."),
        new AnswerField("lag", AnswerKind.Number, "Events between the two."),
        new AnswerField("failed", AnswerKind.Number, "Events it could not make sense of."),
        new AnswerField("error", AnswerKind.Text, "Why it stands still.") { Nullable = true });

    private static readonly AnswerShape FailedEvent = new(
        "FailedReaction",
        new AnswerField("reactor", AnswerKind.Text, "Its name."),
        new AnswerField("position", AnswerKind.Number, "Of the event."),
        new AnswerField("type", AnswerKind.Text, "Of the event."),
        new AnswerField("error", AnswerKind.Text, "What the reactor said."),
        new AnswerField("failedAt", AnswerKind.Time, "When, the last time."),
        new AnswerField("retryCount", AnswerKind.Number, "How often it was tried again."));

    private static readonly AnswerShape Retried = new(
        "RetriedReaction",
        new AnswerField("reactor", AnswerKind.Text, "Its name."),
        new AnswerField("position", AnswerKind.Number, "Of the event."),
        new AnswerField("reacted", AnswerKind.Boolean, "What it asks for is in the outbox."),
        new AnswerField("error", AnswerKind.Text, "What the reactor said this time.") { Nullable = true });

    public static readonly ApiOperation ListOperation = new("listReactors", HttpMethods.Get, "/reactors", "Operations", "Where every reactor stands")
    {
        Answers = [new ApiAnswer(200, "All of them.", AnswerShape.ListOf(Reactor))],
    };

    public static readonly ApiOperation FailedOperation = new("listFailedReactions", HttpMethods.Get, "/reactors/failed", "Operations", "Events reactors could not make sense of and went on without")
    {
        Description = "At most 1000.",
        Answers = [new ApiAnswer(200, "All of them.", AnswerShape.ListOf(FailedEvent))],
    };

    public static readonly ApiOperation RetryOperation = new("retryFailedReaction", HttpMethods.Post, "/reactors/{name}/failed/{position}/retry", "Operations", "Let a reactor react once more to such an event")
    {
        RouteParameters = new Dictionary<string, string> { ["name"] = "Name of the reactor.", ["position"] = "Position of the event." },
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = [new ApiAnswer(200, "Whether it has reacted; with dryRun the plan.", Retried)],
    };

    public async Task List(ApiCall call)
    {
        await reading.Demand(call, Application.Query.SeeProjections);
        var all = reactors.Statuses();
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await Lists.Answer(call.Http, all, null, all.Count, Write);
    }

    public async Task Failed(ApiCall call)
    {
        await reading.Demand(call, Application.Query.SeeProjections);
        var all = await reactors.Failed(call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await Lists.Answer(call.Http, all, null, all.Count, Write);
    }

    public async Task Retry(ApiCall call)
    {
        await call.ExpectNoBody();
        await reading.Demand(call, Application.Query.OperateProjections);
        if (call.IsDryRun)
        {
            await OperationJson.AnswerPlan(call, heads.Domain);
            return;
        }

        var (answer, replayed) = await remembered.Run(call, async (_, _) =>
        {
            var failed = await Find(call);
            // On record before it is done: what cannot be recorded is not done.
            await operators.Record(call.EnvelopeWith(null, []), OperatorEvents.Event.NewFailedReactionRetried(new(failed.Reactor, failed.Position, call.Now)), call.Ct);
            return JsonAnswer.ToBytes((failed, Error: await reactors.RetryFailed(failed, call.Ct)), static (json, it) =>
            {
                json.WriteStartObject();
                json.WriteString("reactor", it.failed.Reactor);
                json.WriteNumber("position", it.failed.Position);
                json.WriteBoolean("reacted", it.Error is null);
                json.WriteString("error", it.Error);
                json.WriteEndObject();
            });
        });
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        if (replayed)
        {
            call.Http.Response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }

        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, answer, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    private async Task<FailedReaction> Find(ApiCall call) =>
        long.TryParse(call.Route("position"), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
        && await reactors.FindFailed(call.Route("name"), position, call.Ct) is { } failed
            ? failed
            : throw new ProblemException(ProblemKinds.NotFound, "This reactor has made sense of that event, or there is none.");

    private static void Write(Utf8JsonWriter json, ReactorStatus status)
    {
        json.WriteStartObject();
        json.WriteString("name", status.Name);
        json.WriteNumber("position", status.Position);
        json.WriteNumber("head", status.Head);
        json.WriteNumber("lag", status.Lag);
        json.WriteNumber("failed", status.Failed);
        json.WriteString("error", status.Error);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FailedReaction failed)
    {
        json.WriteStartObject();
        json.WriteString("reactor", failed.Reactor);
        json.WriteNumber("position", failed.Position);
        json.WriteString("type", failed.EventType);
        json.WriteString("error", failed.Error);
        Times.Write(json, FailedAt, failed.FailedAt);
        json.WriteNumber("retryCount", failed.RetryCount);
        json.WriteEndObject();
    }
}
