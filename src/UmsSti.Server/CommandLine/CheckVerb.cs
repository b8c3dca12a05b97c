using System.CommandLine;
using UmsSti.Server.Hosting;
using UmsSti.Store;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums check</c>: does the store work here as it must (DB-06).</summary>
internal static class CheckVerb
{
    private const string Description =
        """
        Try what the store needs of this machine: opening, write-ahead log, settings, reading beside a write, keys. Needs the folder alone.

        Example:
          ums check --data /var/lib/ums
        """;

    public static Command Create(CommonOptions common)
    {
        var verb = new Command("check", Description);
        verb.SetAction((parsed, _) => Run(common, parsed));
        return verb;
    }

    private static async Task<int> Run(CommonOptions common, ParseResult parsed)
    {
        await using var house = Installation.OpenOrCreateOffline(Configuration.Read(parsed.GetValue(common.Data)));
        CheckResult[] results = [.. await StoreSelfCheck.Run(house.Events), .. await StoreSelfCheck.Run(house.Activity)];
        new Report(parsed.GetValue(common.Json)).Table(
            ["check", "result", "detail"], results.Select(result => (object[])[result.Name, result.Ok ? FullCheck.Good : FullCheck.Bad, result.Detail]));
        return results.All(result => result.Ok) ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
