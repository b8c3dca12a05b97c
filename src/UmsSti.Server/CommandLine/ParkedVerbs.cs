using System.CommandLine;
using System.CommandLine.Parsing;
using UmsSti.Domain;
using UmsSti.Projections;
using UmsSti.Server.Hosting;
using UmsSti.Server.Http;
using OperatorEvents = UmsSti.Domain.Operator.Events;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums parked</c>: the streams projections hold back, tried again or passed by.</summary>
internal static class ParkedVerbs
{
    private const string Description =
        """
        List the streams that projections could not apply and hold back. Needs the folder alone; of a running server ask
        GET /api/v1/projections/{name}/parked.

        Examples:
          ums parked --data /var/lib/ums
          ums parked retry user-directory User-0190c1e2-...
          ums parked skip user-directory User-0190c1e2-... --reason "beyond repair"
        """;

    private const string RetryDescription =
        """
        Try a parked stream again, after whatever stood in its way is mended. On record as ParkedStreamRetried. Ends with 1 when it fails again.
        """;

    private const string SkipDescription =
        """
        Let a projection go on without the event a parked stream fails at, or without everything it holds now. The events stay in the log;
        this projection leaves them out, also in a rebuild. On record as ParkedStreamSkipped. Ends with 1 when it fails at a later event.
        """;

    public static Command Create(CommonOptions common)
    {
        var verb = new Command("parked", Description) { CreateRetry(common), CreateSkip(common) };
        verb.SetAction((parsed, ct) => List(common, parsed, ct));
        return verb;
    }

    private static Command CreateRetry(CommonOptions common)
    {
        var (projection, stream) = Arguments();
        var verb = new Command("retry", RetryDescription) { projection, stream };
        verb.SetAction((parsed, ct) => Change(common, parsed, parsed.GetRequiredValue(projection), parsed.GetRequiredValue(stream), Retry, ct));
        return verb;
    }

    private static Command CreateSkip(CommonOptions common)
    {
        var (projection, stream) = Arguments();
        var reason = new Option<string>("--reason") { Description = "Why; kept in the audit view.", Required = true, HelpName = "TEXT", Validators = { IsReason } };
        var all = new Option<bool>("--all") { Description = "Pass everything by that it holds now, not only the event it fails at." };
        var verb = new Command("skip", SkipDescription) { projection, stream, reason, all };
        verb.SetAction((parsed, ct) => Change(
            common, parsed, parsed.GetRequiredValue(projection), parsed.GetRequiredValue(stream),
            (house, parked, token) => Skip(house, parked, parsed.GetValue(all) ? SkipExtent.AllHeld : SkipExtent.FailingEvent, parsed.GetRequiredValue(reason), token), ct));
        return verb;
    }

    private static async Task<int> List(CommonOptions common, ParseResult parsed, CancellationToken ct)
    {
        await using var house = await Open(common, parsed, ct);
        var rows = new List<object[]>();
        foreach (var status in house.Projections.Monitor.Statuses())
        {
            foreach (var parked in await house.Projections.Parked(status.Name, ct))
            {
                rows.Add([status.Name, parked.Stream, parked.FromPosition, (long)parked.Held, (long)parked.Tries, Times.Text(parked.At), parked.Error]);
            }
        }

        new Report(parsed.GetValue(common.Json)).Table(["projection", "stream", "fromPosition", "held", "tries", "at", "error"], rows);
        return ExitCodes.Ok;
    }

    private static async Task<int> Change(
        CommonOptions common, ParseResult parsed, string projection, string stream, Func<Installation, Place, CancellationToken, Task<(ParkedRetryOutcome Outcome, long Skipped, string? Error)>> change, CancellationToken ct)
    {
        await using var house = await Open(common, parsed, ct);
        var held = house.Projections.Monitor.Find(projection) is null ? [] : await house.Projections.Parked(projection, ct);
        var parked = held.FirstOrDefault(one => one.Stream == stream)
            ?? throw new StartRefusedException($"Projection '{projection}' holds no stream '{stream}' back; 'ums parked' lists what is held.");
        var (outcome, skipped, error) = await change(house, new Place(projection, stream, parked.FromPosition), ct);
        new Report(parsed.GetValue(common.Json)).Table(
            ["projection", "stream", "released", "skipped", "error"],
            [[projection, stream, outcome == ParkedRetryOutcome.Released ? "yes" : "no", skipped, error ?? ""]]);
        return outcome == ParkedRetryOutcome.Released ? ExitCodes.Ok : ExitCodes.Failed;
    }

    // On record before it is done: what cannot be recorded is not done.
    private static async Task<(ParkedRetryOutcome Outcome, long Skipped, string? Error)> Retry(Installation house, Place place, CancellationToken ct)
    {
        var envelope = CommandLineActor.Envelope();
        await house.Application.Operators.Record(envelope, OperatorEvents.Event.NewParkedStreamRetried(new(place.Projection, place.Stream, envelope.Now)), ct);
        var retry = await house.Projections.RetryParked(place.Projection, place.Stream, ct);
        return (retry.Outcome, 0, retry.Error);
    }

    private static async Task<(ParkedRetryOutcome Outcome, long Skipped, string? Error)> Skip(Installation house, Place place, SkipExtent extent, string reason, CancellationToken ct)
    {
        var envelope = CommandLineActor.Envelope();
        var fact = OperatorEvents.Event.NewParkedStreamSkipped(new(
            place.Projection, place.Stream, place.FromPosition, extent == SkipExtent.AllHeld ? "all" : "event", Personal.NewKnown(reason.Trim()), envelope.Now));
        await house.Application.Operators.Record(envelope, fact, ct);
        var skip = await house.Projections.SkipParked(place.Projection, place.Stream, extent, ct);
        return (skip.Outcome, skip.Skipped.Count, skip.Error);
    }

    private static (Argument<string> Projection, Argument<string> Stream) Arguments() =>
        (new("PROJECTION") { Description = "Name of a projection, as 'ums parked' shows it." }, new("STREAM") { Description = "Name of the parked stream." });

    private static void IsReason(OptionResult option)
    {
        if (!Reason.TryParse(option.Tokens.Count == 1 ? option.Tokens[0].Value : "", out _))
        {
            option.AddError($"Option '--reason' takes 1 to {Reason.MaxLength} characters.");
        }
    }

    private static async Task<Installation> Open(CommonOptions common, ParseResult parsed, CancellationToken ct)
    {
        var house = Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));
        await house.Projections.StartAsync(ct);
        await house.Projections.CaughtUp.WaitAsync(ct);
        return house;
    }

    private sealed record Place(string Projection, string Stream, long FromPosition);
}
