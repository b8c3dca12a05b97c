using System.CommandLine;
using UmsSti.Server.Hosting;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums projections</c>: where derived data stands.</summary>
internal static class ProjectionsVerbs
{
    private const string ProjectionsDescription =
        """
        Bring every projection up to the log and say where it stands. Needs the folder alone; of a running server ask GET /api/v1/projections.

        Examples:
          ums projections
          ums projections --json
        """;

    public static Command CreateProjections(CommonOptions common)
    {
        var verb = new Command("projections", ProjectionsDescription);
        verb.SetAction((parsed, ct) => Statuses(common, parsed, ct));
        return verb;
    }

    private static async Task<int> Statuses(CommonOptions common, ParseResult parsed, CancellationToken ct)
    {
        await using var house = await Open(common, parsed, ct);
        var statuses = house.Projections.Monitor.Statuses();
        new Report(parsed.GetValue(common.Json)).Table(
            ["name", "model", "position", "head", "applied", "missing", "checksum", "state", "parked"],
            statuses.Select(status => (object[])
            [
                status.Name, status.Model, status.Position, status.Head, status.Applied, status.Missing,
                status.Checksum, status.State, (long)status.Parked,
            ]));
        return statuses.All(status => status.State != "faulted") ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<Installation> Open(CommonOptions common, ParseResult parsed, CancellationToken ct)
    {
        var house = Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));
        await house.Projections.StartAsync(ct);
        await house.Projections.CaughtUp.WaitAsync(ct);
        return house;
    }
}
