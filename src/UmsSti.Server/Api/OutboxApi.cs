using System.Globalization;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Projections.Outbox;
using UmsSti.Projections.Reactors;
using UmsSti.Server.Http;
using OperatorEvents = UmsSti.Domain.Operator.Events;

namespace UmsSti.Server.Api;

/// <summary>What waits to be sent, was sent, or was given up; and the operator's hand on it.</summary>
internal sealed class OutboxApi(ReactorHost reactors, Reading reading, RememberedRequests remembered, Operators operators, Heads heads)
{
    private static readonly QueryParameter State = new("state", "Only rows in this state.") { OneOf = OutboxShapes.States };
    private static readonly QueryParameter Kind = new("kind", "Only rows of this kind.");
    private static readonly IReadOnlyDictionary<string, string> Id = new Dictionary<string, string> { ["id"] = "Id of the row, as GET /outbox shows it." };

    public static readonly ApiOperation ListOperation = new("listOutbox", HttpMethods.Get, "/outbox", "Operations", "What is sent to people and other systems, newest first")
    {
        Query = [State, Kind, QueryParameter.Limit, QueryParameter.Cursor],
        Answers = [new ApiAnswer(200, "One page.", AnswerShape.ListOf(OutboxShapes.Item))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public static readonly ApiOperation RetryOperation = new("retryOutboxItem", HttpMethods.Post, "/outbox/{id}/retry", "Operations", "Try a row now, with all its tries again")
    {
        RouteParameters = Id,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = [new ApiAnswer(200, "It is due; with dryRun the plan.", OutboxShapes.Changed)],
        Problems = [ProblemKinds.OutboxItemSettled],
    };

    public static readonly ApiOperation SkipOperation = new("skipOutboxItem", HttpMethods.Post, "/outbox/{id}/skip", "Operations", "Give a waiting or dead row up")
    {
        RouteParameters = Id,
        Body = OutboxShapes.Skip,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = [new ApiAnswer(200, "It is not sent; with dryRun the plan.", OutboxShapes.Changed)],
        Problems = [ProblemKinds.OutboxItemSettled],
    };

    public async Task List(ApiCall call)
    {
        await reading.Demand(call, Application.Query.SeeProjections);
        var (state, kind, limit) = (call.Query.Word(State.Name, OutboxShapes.States), call.Query.Text(Kind.Name), call.Query.Limit());
        var list = $"outbox {state} {kind}";
        var before = call.Query.Text(QueryParameter.Cursor.Name) is { } cursor ? PositionCursor.Read(cursor, list) : long.MaxValue;
        var (items, total) = await reactors.Outbox.List(state is null ? null : Enum.Parse<OutboxState>(state, ignoreCase: true), kind, before, limit, call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await Lists.Answer(call.Http, items, items.Count == limit ? PositionCursor.Write(list, items[^1].Id) : null, total, OutboxShapes.Write);
    }

    public async Task Retry(ApiCall call)
    {
        await call.ExpectNoBody();
        await Change(call, OutboxState.Pending, async item =>
        {
            await Record(call, OperatorEvents.Event.NewOutboxItemRetried(new(Text(item.Id), call.Now)));
            return await reactors.Outbox.Retry(item.Id, call.Ct);
        });
    }

    public async Task Skip(ApiCall call)
    {
        var reason = OutboxShapes.ReasonOf(await call.Body());
        await Change(call, OutboxState.Skipped, async item =>
        {
            await Record(call, OperatorEvents.Event.NewOutboxItemSkipped(new(Text(item.Id), Personal.NewKnown(reason), call.Now)));
            return await reactors.Outbox.Skip(item.Id, reason, call.Ct);
        });
    }

    // On record before it is done: what cannot be recorded is not done.
    private Task Record(ApiCall call, OperatorEvents.Event fact) => operators.Record(call.EnvelopeWith(null, []), fact, call.Ct);

    private async Task Change(ApiCall call, OutboxState state, Func<OutboxItem, Task<bool>> change)
    {
        await reading.Demand(call, Application.Query.OperateProjections);
        var item = await Find(call);
        if (call.IsDryRun)
        {
            await OperationJson.AnswerPlan(call, heads.Domain);
            return;
        }

        var (answer, replayed) = await remembered.Run(call, async (_, _) => await change(item)
            ? JsonAnswer.ToBytes((item.Id, state), static (json, it) =>
            {
                json.WriteStartObject();
                json.WriteString("id", Text(it.Id));
                json.WriteString("state", OutboxShapes.NameOf(it.state));
                json.WriteEndObject();
            })
            : throw new ProblemException(ProblemKinds.OutboxItemSettled, $"The row is {OutboxShapes.NameOf(item.State)}."));
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        if (replayed)
        {
            call.Http.Response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }

        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, answer, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    private async Task<OutboxItem> Find(ApiCall call) =>
        long.TryParse(call.Route("id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && await reactors.Outbox.Find(id, call.Ct) is { } item
            ? item
            : throw new ProblemException(ProblemKinds.NotFound, "There is no such row in the outbox.");

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
