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

    /// <summary>Rows read at once.</summary>
    private const int PageRows = 500;

    private const string Description =
        """
        List what waits to be sent, was sent or was given up, newest first. Needs the folder alone; of a running server ask
        GET /api/v1/outbox. Nothing is sent before the server runs again.

        Examples:
          ums outbox --state dead --all
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
        limit.Validators.Add(AtLeastOne);
        var before = new Option<long>("--before") { Description = "Only rows with a smaller id, to go on where a list ended.", DefaultValueFactory = _ => long.MaxValue, HelpName = "ID" };
        var all = new Option<bool>("--all") { Description = "Every row, however many." };
        var verb = new Command("outbox", Description) { state, kind, limit, before, all };
        verb.SetAction((parsed, ct) => List(
            common, parsed, new Wish(StateOf(parsed.GetValue(state)), parsed.GetValue(kind), parsed.GetValue(before), parsed.GetValue(all) ? long.MaxValue : parsed.GetValue(limit)), ct));
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

    // Page by page: an outbox may hold more rows than fit into memory.
    private static async Task<int> List(CommonOptions common, ParseResult parsed, Wish wish, CancellationToken ct)
    {
        await using var house = Open(common, parsed);
        var report = new Report(parsed.GetValue(common.Json));
        var (before, left) = (wish.Before, wish.Limit);
        while (true)
        {
            var size = (int)Math.Min(left, PageRows);
            var (found, _) = await house.Reactors.Outbox.List(wish.State, wish.Kind, before, size + 1, ct);
            var items = found.Take(size).ToList();
            Show(report, items);
            left -= items.Count;
            if (found.Count <= size)
            {
                return ExitCodes.Ok;
            }

            before = items[^1].Id;
            if (left == 0)
            {
                report.More(before, $"More rows below {before}: --all shows every one, --limit more of them, --before {before} goes on.");
                return ExitCodes.Ok;
            }
        }
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

        Show(new Report(parsed.GetValue(common.Json)), [item]);
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
            throw new UsageException($"--from must be a position of the log, 1 to {reactor.Head}.");
        }

        var envelope = CommandLineActor.Envelope();
        await house.Application.Operators.Record(envelope, OperatorEvents.Event.NewWebhookReplayed(new(name, from, envelope.Now)), ct);
        await house.Reactors.Replay(reactor.Name, from, ct);
        new Report(parsed.GetValue(common.Json)).Table(["name", "from"], [[name, from]]);
        return ExitCodes.Ok;
    }

    private static void Show(Report report, IEnumerable<OutboxItem> items) => report.Table(
        ["id", "channel", "kind", "recipient", "position", "state", "attempts", "nextAt", "reason"],
        items.Select(item => (object[])
        [
            item.Id, item.Channel, item.Kind, item.Recipient, item.Position, OutboxShapes.NameOf(item.State), (long)item.Attempts, Times.Text(item.NextAt), item.Reason ?? "",
        ]));

    private static OutboxState? StateOf(string? name) => name is null ? null : Enum.Parse<OutboxState>(name, ignoreCase: true);

    private static void AtLeastOne(System.CommandLine.Parsing.OptionResult limit)
    {
        if (limit.Tokens.Any(token => token.Value.StartsWith('-') || token.Value == "0"))
        {
            limit.AddError("Option '--limit' takes a whole number of at least 1.");
        }
    }

    private static Installation Open(CommonOptions common, ParseResult parsed) => Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Which rows are to be listed, and how many at most.</summary>
    private sealed record Wish(OutboxState? State, string? Kind, long Before, long Limit);
}
