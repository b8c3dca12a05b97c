using System.CommandLine;
using UmsSti.Kernel;
using UmsSti.Server.Api;
using UmsSti.Server.Hosting;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums dump</c>: a stream, one event a line.</summary>
internal static class DumpVerb
{
    private const string Description =
        """
        Print a stream as JSON, one event a line, oldest first; personal fields are opened where their key still is. Needs the folder alone.

        Examples:
          ums dump User-0190c1e2-4c1a-7d6e-9c1f-0f6a2b3c4d5e
          ums dump Access-0190c1e2-4c1a-7d6e-9c1f-0f6a2b3c4d5e --data /var/lib/ums
        """;

    public static Command Create(CommonOptions common)
    {
        var stream = new Argument<string>("STREAM") { Description = "Name of the stream, as in User-0190c1e2-..." };
        var verb = new Command("dump", Description) { stream };
        verb.SetAction((parsed, ct) => Run(common, parsed, parsed.GetRequiredValue(stream), ct));
        return verb;
    }

    private static async Task<int> Run(CommonOptions common, ParseResult parsed, string stream, CancellationToken ct)
    {
        var name = StreamArgument.Parse(stream);
        await using var house = Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));
        var events = await house.LogOf(name).LoadStream(name, 0, ct);
        foreach (var recorded in events)
        {
            Report.Line(house.Application.EventViews.Render(recorded), EventJson.Write);
        }

        return events.Length > 0 ? ExitCodes.Ok : throw new StartRefusedException($"There is no stream '{stream}' in {house.Folder.Path}.");
    }
}

/// <summary>Reads stream names given on the command line.</summary>
internal static class StreamArgument
{
    public static StreamName Parse(string text)
    {
        var cut = text.IndexOf('-');
        return cut > 0 && cut < text.Length - 1
            ? StreamName.Parse(text)
            : throw new UsageException($"'{text}' is not a stream name: it is category-id, as in User-0190c1e2-...");
    }
}
