using System.CommandLine;
using System.Globalization;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Projections.Outbox;
using UmsSti.Server.Api;
using UmsSti.Server.Hosting;
using UmsSti.Server.Http;
using Command = System.CommandLine.Command;
using OperatorEvents = UmsSti.Domain.Operator.Events;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums outbox</c> and <c>ums webhooks</c>: what is sent to people and other systems, by the operator's hand.</summary>
internal static class OutboxVerbs
{
    /// <summary>Rows shown when nobody says how many.</summary>
    private const int DefaultLimit = 50;

    private const string Description =
        """
        List what waits to be sent, was sent or was given up, newest first. Needs the folder alone; of a running server ask
        GET /api/v1/outbox. Nothing is sent before the server runs again.

        Examples:
          ums outbox --state dead
          ums outbox retry 42
          ums outbox skip 42 --reason "the mailbox is closed"
        """;

    private const string ReplayDescription =
        """
        Send an endpoint its events again, from a position on; each under the id it had before. Needs the folder alone: the server
        sends them when it runs again. Of a running server ask POST /api/v1/webhooks/{name}/replay.

        Example:
          ums webhooks replay billing --from 1200
        """;

    public static Command CreateOutbox(CommonOptions common)
    {
        var state = new Option<string?>("--state") { Description = "Only rows in this state.", HelpName = "STATE" };
        state.AcceptOnlyFromAmong([.. OutboxShapes.States]);
        var kind = new Option<string?>("--kind") { Description = "Only rows of this kind.", HelpName = "KIND" };
        var limit = new Option<int>("--limit") { Description = "Most rows shown.", DefaultValueFactory = _ => DefaultLimit };
        var verb = new Command("outbox", Description) { state, kind, limit };
        verb.SetAction((parsed, ct) => List(common, parsed, parsed.GetValue(state), parsed.GetValue(kind), parsed.GetValue(limit), ct));
        verb.Add(CreateRetry(common));
        verb.Add(CreateSkip(common));
        return verb;
    }

    public static Command CreateWebhooks(CommonOptions common)
    {
        var name = new Argument<string>("name") { Description = "Name of the endpoint." };
        var from = new Option<long>("--from") { Description = "Position of the first event to send again.", Required = true, HelpName = "POSITION" };
        var replay = new Command("replay", ReplayDescription) { name, from };
        replay.SetAction((parsed, ct) => Replay(common, parsed, parsed.GetRequiredValue(name), parsed.GetRequiredValue(from), ct));
        return new Command("webhooks", "Endpoints that are told of events; the verb below it says more.") { replay };
    }

    private static Command CreateRetry(CommonOptions common)
    {
        var id = new Argument<long>("id") { Description = "Id of the row." };
        var verb = new Command("retry", "Make a row due, with all its tries again.") { id };
        verb.SetAction((parsed, ct) => Change(common, parsed, parsed.GetRequiredValue(id), (house, row) => Retry(house, row, ct), ct));
        return verb;
    }

    private static Command CreateSkip(CommonOptions common)
    {
        var id = new Argument<long>("id") { Description = "Id of the row." };
        var reason = new Option<string>("--reason") { Description = "Why; about the matter, not about a person.", Required = true, HelpName = "TEXT" };
        var verb = new Command("skip", "Give a waiting or dead row up.") { id, reason };
        verb.SetAction((parsed, ct) => Change(common, parsed, parsed.GetRequiredValue(id), (house, row) => Skip(house, row, parsed.GetRequiredValue(reason), ct), ct));
        return verb;
    }

    private static async Task<int> List(CommonOptions common, ParseResult parsed, string? state, string? kind, int limit, CancellationToken ct)
    {
        await using var house = Open(common, parsed);
        var (items, _) = await house.Reactors.Outbox.List(state is null ? null : Enum.Parse<OutboxState>(state, ignoreCase: true), kind, long.MaxValue, limit, ct);
        Show(common, parsed, items);
        return ExitCodes.Ok;
    }

    private static async Task<int> Change(CommonOptions common, ParseResult parsed, long id, Func<Installation, long, Task<bool>> change, CancellationToken ct)
    {
        await using var house = Open(common, parsed);
        var changed = await change(house, id);
        var item = await house.Reactors.Outbox.Find(id, ct) ?? throw new StartRefusedException($"There is no row {id} in the outbox.");
        if (!changed)
        {
            throw new StartRefusedException($"Row {id} is {OutboxShapes.NameOf(item.State)}: there is nothing to do about it.");
        }

        Show(common, parsed, [item]);
        return ExitCodes.Ok;
    }

    // On record before it is done: what cannot be recorded is not done.
    private static async Task<bool> Retry(Installation house, long id, CancellationToken ct)
    {
        var envelope = CommandLineActor.Envelope();
        await house.Application.Operators.Record(envelope, OperatorEvents.Event.NewOutboxItemRetried(new(Text(id), envelope.Now)), ct);
        return await house.Reactors.Outbox.Retry(id, ct);
    }

    private static async Task<bool> Skip(Installation house, long id, string reason, CancellationToken ct)
    {
        var envelope = CommandLineActor.Envelope();
        await house.Application.Operators.Record(envelope, OperatorEvents.Event.NewOutboxItemSkipped(new(Text(id), Personal.NewKnown(reason), envelope.Now)), ct);
        return await house.Reactors.Outbox.Skip(id, reason, ct);
    }

    private static async Task<int> Replay(CommonOptions common, ParseResult parsed, string name, long from, CancellationToken ct)
    {
        await using var house = Open(common, parsed);
        var reactor = house.Reactors.Statuses().SingleOrDefault(status => status.Name == Channels.webhook(name))
            ?? throw new StartRefusedException($"There is no endpoint '{name}': configure it as Ums:Webhooks:{name}.");
        if (from < 1 || from > reactor.Head)
        {
            throw new StartRefusedException($"--from must be a position of the log, 1 to {reactor.Head}.");
        }

        var envelope = CommandLineActor.Envelope();
        await house.Application.Operators.Record(envelope, OperatorEvents.Event.NewWebhookReplayed(new(name, from, envelope.Now)), ct);
        await house.Reactors.Replay(reactor.Name, from, ct);
        new Report(parsed.GetValue(common.Json)).Table(["name", "from"], [[name, Text(from)]]);
        return ExitCodes.Ok;
    }

    private static void Show(CommonOptions common, ParseResult parsed, IEnumerable<OutboxItem> items) => new Report(parsed.GetValue(common.Json)).Table(
        ["id", "channel", "kind", "recipient", "position", "state", "attempts", "nextAt", "reason"],
        items.Select(item => (string[])
        [
            Text(item.Id), item.Channel, item.Kind, item.Recipient, Text(item.Position), OutboxShapes.NameOf(item.State), Text(item.Attempts), Times.Text(item.NextAt), item.Reason ?? "",
        ]));

    private static Installation Open(CommonOptions common, ParseResult parsed) => Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
