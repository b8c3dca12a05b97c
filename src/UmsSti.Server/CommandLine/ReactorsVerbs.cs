using System.CommandLine;
using UmsSti.Server.Hosting;
using UmsSti.Server.Http;
using OperatorEvents = UmsSti.Domain.Operator.Events;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums reactors</c>: the events reactors could not make sense of, and trying one again (RE-06).</summary>
internal static class ReactorsVerbs
{
    private const string Description =
        """
        List the events that reactors could not make sense of and went on without, at most 1000. Needs the folder alone; of a running
        server ask GET /api/v1/reactors/failed.

        Examples:
          ums reactors
          ums reactors retry notices-users 1200
        """;

    private const string RetryDescription =
        """
        Let a reactor react once more to such an event, after whatever stood in its way is mended. What it asks for is sent when the server
        runs again. On record as FailedReactionRetried. Ends with 1 when it fails again.
        """;

    public static Command Create(CommonOptions common)
    {
        var reactor = new Argument<string>("REACTOR") { Description = "Name of a reactor, as 'ums reactors' shows it." };
        var position = new Argument<long>("POSITION") { Description = "Position of the event." };
        var retry = new Command("retry", RetryDescription) { reactor, position };
        retry.SetAction((parsed, ct) => Retry(common, parsed, parsed.GetRequiredValue(reactor), parsed.GetRequiredValue(position), ct));
        var verb = new Command("reactors", Description) { retry };
        verb.SetAction((parsed, ct) => List(common, parsed, ct));
        return verb;
    }

    private static async Task<int> List(CommonOptions common, ParseResult parsed, CancellationToken ct)
    {
        await using var house = Open(common, parsed);
        var failed = await house.Reactors.Failed(ct);
        new Report(parsed.GetValue(common.Json)).Table(
            ["reactor", "position", "type", "retries", "at", "error"],
            failed.Select(each => (object[])[each.Reactor, each.Position, each.EventType, (long)each.RetryCount, Times.Text(each.FailedAt), each.Error]));
        return ExitCodes.Ok;
    }

    private static async Task<int> Retry(CommonOptions common, ParseResult parsed, string reactor, long position, CancellationToken ct)
    {
        await using var house = Open(common, parsed);
        var failed = await house.Reactors.FindFailed(reactor, position, ct)
            ?? throw new StartRefusedException($"Reactor '{reactor}' has not failed at event {position}; 'ums reactors' lists what failed.");
        var envelope = CommandLineActor.Envelope();
        // On record before it is done: what cannot be recorded is not done.
        await house.Application.Operators.Record(envelope, OperatorEvents.Event.NewFailedReactionRetried(new(reactor, position, envelope.Now)), ct);
        var error = await house.Reactors.RetryFailed(failed, ct);
        new Report(parsed.GetValue(common.Json)).Table(["reactor", "position", "reacted", "error"], [[reactor, position, error is null ? "yes" : "no", error ?? ""]]);
        return error is null ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static Installation Open(CommonOptions common, ParseResult parsed) => Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));
}
