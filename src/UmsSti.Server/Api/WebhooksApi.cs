using UmsSti.Application;
using UmsSti.Projections;
using UmsSti.Projections.Outbox;
using UmsSti.Projections.Reactors;
using UmsSti.Server.Http;
using UmsSti.Server.Webhooks;
using OperatorEvents = UmsSti.Domain.Operator.Events;

namespace UmsSti.Server.Api;

/// <summary>The endpoints that are told of events. They come from configuration; here they are looked at and sent events again.</summary>
internal sealed class WebhooksApi(IReadOnlyList<WebhookOptions> endpoints, ReactorHost reactors, Reading reading, RememberedRequests remembered, Operators operators, Heads heads)
{
    public static readonly ApiOperation ListOperation = new("listWebhooks", HttpMethods.Get, "/webhooks", "Operations", "Every configured endpoint and how far it is")
    {
        Answers = [new ApiAnswer(200, "All of them.", AnswerShape.ListOf(OutboxShapes.Webhook))],
    };

    public static readonly ApiOperation ReplayOperation = new("replayWebhook", HttpMethods.Post, "/webhooks/{name}/replay", "Operations", "Send an endpoint its events again, from a position on")
    {
        Description = "Each under the id it had before, so that a receiver who has it can tell.",
        RouteParameters = new Dictionary<string, string> { ["name"] = "Name of the endpoint." },
        Body = OutboxShapes.Replay,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers =
        [
            new ApiAnswer(202, "It has begun.", OutboxShapes.Replayed),
            new ApiAnswer(200, "The plan of a dry run.", AnswerShape.PlanOf(OutboxShapes.Replayed)),
        ],
    };

    public async Task List(ApiCall call)
    {
        await reading.Demand(call, Application.Query.SeeProjections);
        var totals = await reactors.Outbox.Totals(call.Ct);
        var statuses = reactors.Statuses().ToDictionary(status => status.Name, StringComparer.Ordinal);
        var all = endpoints.Select(endpoint =>
        {
            var channel = Channels.webhook(endpoint.Name);
            return (endpoint, statuses[channel], Count(totals, channel, OutboxState.Pending), Count(totals, channel, OutboxState.Dead));
        }).ToArray();
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await Lists.Answer(call.Http, all, null, all.Length, OutboxShapes.Write);
    }

    public async Task Replay(ApiCall call)
    {
        var name = call.Route("name");
        var from = (await call.Body()).Number("from") ?? 0;
        await reading.Demand(call, Application.Query.OperateProjections);
        var endpoint = endpoints.SingleOrDefault(each => each.Name == name) ?? throw new ProblemException(ProblemKinds.NotFound, "There is no such endpoint.");
        var head = endpoint.Log == SourceLog.Domain ? heads.Domain : heads.Now.Activity;
        if (from < 1 || from > head)
        {
            throw new ProblemException(Problem.Field("from", $"must be a position of the log, 1 to {head}"));
        }

        if (call.IsDryRun)
        {
            await OperationJson.AnswerPlan(call, heads.Domain);
            return;
        }

        var (answer, replayed) = await remembered.Run(call, async (_, _) =>
        {
            // On record before it is done: what cannot be recorded is not done.
            await operators.Record(call.EnvelopeWith(null, []), OperatorEvents.Event.NewWebhookReplayed(new(name, from, call.Now)), call.Ct);
            await reactors.Replay(Channels.webhook(name), from, call.Ct);
            return JsonAnswer.ToBytes((name, from), static (json, it) =>
            {
                json.WriteStartObject();
                json.WriteString("name", it.name);
                json.WriteNumber("from", it.from);
                json.WriteEndObject();
            });
        });
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        if (replayed)
        {
            call.Http.Response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }

        await JsonAnswer.Write(call.Http, StatusCodes.Status202Accepted, answer, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    private static long Count(List<OutboxTotal> totals, string channel, OutboxState state) =>
        totals.SingleOrDefault(total => total.Channel == channel && total.State == state)?.Count ?? 0;
}
