using System.CommandLine;
using System.Security.Cryptography;
using UmsSti.Application;
using UmsSti.Projections.Schedules;
using UmsSti.Server.Hosting;
using UmsSti.Server.Http;
using Command = System.CommandLine.Command;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums schedules</c>: when work comes round, how it went, and running it now.</summary>
internal static class SchedulesVerbs
{
    private const string Description =
        """
        List the schedules: when each runs next, and how it went last. Needs the folder alone; of a running server ask
        GET /api/v1/schedules.

        Examples:
          ums schedules
          ums schedules run inactivity
        """;

    private const string RunDescription =
        """
        Run a schedule now and wait for it; Ctrl-C ends it after the candidate it is at. Needs the folder alone; a running server does the
        same by POST /api/v1/schedules/{name}/run.

        Examples:
          ums schedules run verification-expiry
          ums schedules run inactivity --json
        """;

    /// <summary>How often the progress is looked at.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static Command Create(CommonOptions common)
    {
        var name = new Argument<string>("NAME") { Description = "A schedule, as 'ums schedules' lists them." };
        var run = new Command("run", RunDescription) { name };
        run.SetAction((parsed, ct) => Run(common, parsed, parsed.GetRequiredValue(name), ct));
        var verb = new Command("schedules", Description) { run };
        verb.SetAction((parsed, ct) => List(common, parsed, ct));
        return verb;
    }

    private static async Task<int> List(CommonOptions common, ParseResult parsed, CancellationToken ct)
    {
        await using var house = Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));
        var statuses = await house.Schedules.Statuses(ct);
        new Report(parsed.GetValue(common.Json)).Table(
            ["name", "nextRunAt", "lastStartedAt", "lastEndedAt", "lastState", "done", "skipped", "failed", "error"],
            statuses.Select(Row));
        return ExitCodes.Ok;
    }

    private static async Task<int> Run(CommonOptions common, ParseResult parsed, string name, CancellationToken ct)
    {
        await using var house = Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));
        if (!house.Schedules.Knows(name))
        {
            throw new UsageException($"There is no schedule '{name}'; 'ums schedules' lists them.");
        }

        await house.Projections.StartAsync(ct);
        await house.Projections.CaughtUp.WaitAsync(ct);
        var correlationId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var envelope = new Envelope(Actors.system("command-line"), null, [], correlationId, null, null, null, TimeProvider.System.GetUtcNow(), Envelope.AnyVersion);
        var runId = await house.Schedules.RunNow(name, envelope, ct);
        var run = house.Schedules.Find(runId) ?? throw new StartRefusedException($"Another process runs '{name}' now; try again when it has ended.");
        var report = new Report(parsed.GetValue(common.Json));
        var last = await report.Progress("schedule " + name, tell => Watch(run, tell, ct));
        report.Table(
            ["name", "state", "done", "skipped", "failed", "error"],
            [[name, last.State, (long)last.Done, (long)last.Skipped, (long)last.Failed, last.Error ?? ""]]);
        return last.State == "succeeded" && last.Failed == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<ScheduleProgress> Watch(ScheduleOperation run, Action<long, long> tell, CancellationToken ct)
    {
        await using var cancel = ct.Register(run.Cancel);
        while (!run.Completion.IsCompleted)
        {
            tell(run.Progress.Done, run.Progress.Seen);
            await Task.WhenAny(run.Completion, Task.Delay(Look, CancellationToken.None));
        }

        await run.Completion;
        return run.Progress;
    }

    private static object[] Row(ScheduleStatus status) => status.LastRun is { } run
        ? [status.Name, Time(status.NextRunAt), Time(run.StartedAt), Time(run.EndedAt?.Value), run.State.Name, (long)run.Done, (long)run.Skipped, (long)run.Failed, run.Error?.Value ?? ""]
        : [status.Name, Time(status.NextRunAt), "", "", "", 0L, 0L, 0L, ""];

    private static string Time(DateTimeOffset? time) => time is { } known ? Times.Text(known) : "";
}
