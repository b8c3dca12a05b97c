using System.CommandLine;
using System.Security.Cryptography;
using UmsSti.Application;
using UmsSti.ReadModels.Dues;
using UmsSti.Server.Hosting;
using UmsSti.Server.Http;
using Command = System.CommandLine.Command;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums processes</c>: the processes that wait, those that stand, and letting one of these try again.</summary>
internal static class ProcessesVerbs
{
    private const string Description =
        """
        List the processes that are not done: those that wait for their time, and those that stand because what they did could not be taken
        back. At most 1000 of each, the longest due first. Needs the folder alone.

        Examples:
          ums processes
          ums dump Process-verification_0190c1e2-..._1764072000000
        """;

    private const string ResumeDescription =
        """
        Let a process that stands try again, after whatever stood in its way is mended. Needs the folder alone.

        Example:
          ums processes resume verification_0190c1e2-..._1764072000000
        """;

    public static Command Create(CommonOptions common)
    {
        var id = new Argument<string>("ID") { Description = "A process, as 'ums processes' lists them." };
        var resume = new Command("resume", ResumeDescription) { id };
        resume.SetAction((parsed, ct) => Resume(common, parsed, parsed.GetRequiredValue(id), ct));
        var verb = new Command("processes", Description) { resume };
        verb.SetAction((parsed, ct) => List(common, parsed, ct));
        return verb;
    }

    private static async Task<int> List(CommonOptions common, ParseResult parsed, CancellationToken ct)
    {
        await using var house = await Open(common, parsed, ct);
        var dues = new DueDates(house.ReadModel);
        var rows = new List<object[]>();
        foreach (var (kind, state) in new[] { (DueKind.Standing, "standing"), (DueKind.Process, "waiting") })
        {
            var page = await dues.PageAsync(kind, DateTimeOffset.MaxValue, null, DueDates.MaxLimit, ct);
            rows.AddRange(page.Select(due => (object[])[due.Id, state, Times.Text(due.At)]));
        }

        new Report(parsed.GetValue(common.Json)).Table(["id", "state", "at"], rows);
        return ExitCodes.Ok;
    }

    private static async Task<int> Resume(CommonOptions common, ParseResult parsed, string text, CancellationToken ct)
    {
        await using var house = await Open(common, parsed, ct);
        var now = TimeProvider.System.GetUtcNow();
        var correlationId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var envelope = new Envelope(Actors.system("command-line"), null, [], correlationId, null, null, null, now, Envelope.AnyVersion);
        var id = ProcessId.TryParse(text);
        if (id.IsValueNone || !await house.Application.Processes.Resume(id.Value, envelope, ct))
        {
            throw new StartRefusedException($"No process '{text}' stands; 'ums processes' lists them.");
        }

        var standing = await house.Application.Processes.AdvanceFully(id.Value, now, ct);
        new Report(parsed.GetValue(common.Json)).Table(["id", "state"], [[text, Word(standing)]]);
        return standing.IsStanding ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static string Word(ProcessStanding standing) => standing switch
    {
        ProcessStanding.Waiting waiting => "waiting until " + Times.Text(waiting.nextAt),
        ProcessStanding.Ended => "ended",
        ProcessStanding.Standing still => "standing: " + still.code,
        _ => "unknown",
    };

    private static async Task<Installation> Open(CommonOptions common, ParseResult parsed, CancellationToken ct)
    {
        var house = Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));
        await house.Projections.StartAsync(ct);
        await house.Projections.CaughtUp.WaitAsync(ct);
        return house;
    }
}
