using System.CommandLine;
using System.Globalization;
using UmsSti.Application;
using UmsSti.Server.Api;
using UmsSti.Server.Hosting;
using UmsSti.Server.Http;
using Command = System.CommandLine.Command;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums replay</c>: fold a stream up to a point and show what was.</summary>
internal static class ReplayVerb
{
    private const string Description =
        """
        Fold a user's stream anew, to now or to a point of the past, and print the user as JSON. Needs the folder alone.

        Examples:
          ums replay --stream User-0190c1e2-4c1a-7d6e-9c1f-0f6a2b3c4d5e
          ums replay --stream User-0190c1e2-4c1a-7d6e-9c1f-0f6a2b3c4d5e --at 1200
          ums replay --stream User-0190c1e2-4c1a-7d6e-9c1f-0f6a2b3c4d5e --at 2026-01-31T08:00:00Z
        """;

    public static Command Create(CommonOptions common)
    {
        var stream = new Option<string>("--stream") { Description = "Name of the stream, as in User-0190c1e2-...", Required = true, HelpName = "S" };
        var at = new Option<string?>("--at") { Description = "A position of the log or a time; the newest event when not given.", HelpName = "POS|TIME" };
        var verb = new Command("replay", Description) { stream, at };
        verb.SetAction((parsed, ct) => Run(common, parsed, parsed.GetRequiredValue(stream), parsed.GetValue(at), ct));
        return verb;
    }

    private static async Task<int> Run(CommonOptions common, ParseResult parsed, string stream, string? at, CancellationToken ct)
    {
        var name = StreamArgument.Parse(stream);
        if (!name.IsIn("User"))
        {
            throw new StartRefusedException($"'{stream}' is not a user's stream; see any other with 'ums dump'.");
        }

        await using var house = Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));
        var view = await View(house.Application.Users, name.Id.Value, at, ct);
        if (view.IsValueNone)
        {
            throw new StartRefusedException($"There was no user in '{stream}'{(at is null ? "" : " at " + at)}.");
        }

        Report.Line(view.Value, static (json, user) => UserJson.Write(json, user, user.LastLoginAt));
        return ExitCodes.Ok;
    }

    private static Task<Microsoft.FSharp.Core.FSharpValueOption<UserView>> View(UserStreams users, string id, string? at, CancellationToken ct)
    {
        if (at is null)
        {
            return users.TryViewAt(id, long.MaxValue, ct);
        }

        if (long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            return users.TryViewAt(id, position, ct);
        }

        return Times.TryParse(at, out var time)
            ? users.TryViewAsOf(id, time, ct)
            : throw new StartRefusedException($"'{at}' is neither a position nor a time as in 2026-01-31T08:00:00Z.");
    }
}
