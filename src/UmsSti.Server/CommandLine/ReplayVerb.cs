using System.CommandLine;
using System.Globalization;
using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.Server.Api;
using UmsSti.Server.Hosting;
using UmsSti.Server.Http;
using UmsSti.Store;
using Command = System.CommandLine.Command;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums replay</c>: fold a stream up to a point and show what was (ES-20).</summary>
internal static class ReplayVerb
{
    private const string Description =
        """
        Fold a stream anew, to now or to a point of the past, and print what it adds up to as JSON: the user of a User stream; of any
        other its events by name and its state (a team, a tree, a membership, a role, settings, a process, a schedule, the holder of an
        address or slug, open sessions), or a note that such events add up to none. Needs the folder alone.

        Examples:
          ums replay --stream User-0190c1e2-4c1a-7d6e-9c1f-0f6a2b3c4d5e
          ums replay --stream User-0190c1e2-4c1a-7d6e-9c1f-0f6a2b3c4d5e --at 1200
          ums replay --stream Access-0190c1e2-4c1a-7d6e-9c1f-0f6a2b3c4d5e --at 2026-01-31T08:00:00Z
        """;

    /// <summary>Events of a log read at once.</summary>
    private const int ReadEvents = 4_096;

    public static Command Create(CommonOptions common)
    {
        var stream = new Option<string>("--stream") { Description = "Name of the stream, as in User-0190c1e2-...", Required = true, HelpName = "S" };
        var at = new Option<string?>("--at") { Description = "A position of the stream's log or a time; the newest event when not given.", HelpName = "POS|TIME" };
        var verb = new Command("replay", Description) { stream, at };
        verb.SetAction((parsed, ct) => Run(common, parsed, parsed.GetRequiredValue(stream), parsed.GetValue(at), ct));
        return verb;
    }

    private static async Task<int> Run(CommonOptions common, ParseResult parsed, string stream, string? at, CancellationToken ct)
    {
        var name = StreamArgument.Parse(stream);
        var point = Point.Parse(at);
        await using var house = Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));
        var log = house.LogOf(name);
        if (point.Position != long.MaxValue && point.Position > log.Head)
        {
            throw new UsageException($"Position {point.Text} is beyond the newest of that log, which is {log.Head}.");
        }

        if (name.IsIn(UserStream.Category))
        {
            await ShowUser(house.Application.Users, stream, name.Id.Value, point, ct);
        }
        else
        {
            await Show(log, name, point, new Report(parsed.GetValue(common.Json)), ct);
        }

        return ExitCodes.Ok;
    }

    private static async Task ShowUser(UserStreams users, string stream, string id, Point point, CancellationToken ct)
    {
        var view = point.Time is { } time ? await users.TryViewAsOf(id, time, ct) : await users.TryViewAt(id, point.Position, ct);
        if (view.IsValueNone)
        {
            throw new StartRefusedException($"There was no user in '{stream}'{point}.");
        }

        Report.Line(view.Value, static (json, user) => UserJson.Write(json, user, user.LastLoginAt));
    }

    private static async Task Show(SqliteEventLog log, StreamName stream, Point point, Report report, CancellationToken ct)
    {
        var replay = await report.Progress("replay of " + stream.Value, tell => Read(log, stream, point, tell, ct));
        if (replay.IsEmpty)
        {
            throw new StartRefusedException($"There was no event in '{stream.Value}'{point}.");
        }

        Report.Line(replay, static (json, it) => it.Write(json));
    }

    // Along the log and not the stream: a stream may be as long as the log, and need not fit into memory.
    private static async Task<StreamReplay> Read(SqliteEventLog log, StreamName stream, Point point, Action<long, long> tell, CancellationToken ct)
    {
        var replay = new StreamReplay(stream);
        var end = Math.Min(log.Head, point.Position);
        for (var position = 0L; position < end;)
        {
            var events = await log.ReadAll(position, (int)Math.Min(ReadEvents, end - position), ct);
            if (events.Length == 0)
            {
                break;
            }

            foreach (var recorded in events)
            {
                if (recorded.Stream.Value != stream.Value)
                {
                    continue;
                }

                if (recorded.Timestamp > point.Time)
                {
                    return replay;
                }

                replay.Take(recorded);
            }

            position = events[^1].Position;
            tell(position, end);
        }

        return replay;
    }

    /// <summary>Where a replay ends: at a position or at a time; at the newest event when neither was given.</summary>
    private sealed record Point(string? Text, long Position, DateTimeOffset? Time)
    {
        public static Point Parse(string? text)
        {
            if (text is null)
            {
                return new Point(null, long.MaxValue, null);
            }

            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            {
                return new Point(text, position, null);
            }

            return Times.TryParse(text, out var time)
                ? new Point(text, long.MaxValue, time)
                : throw new UsageException($"'{text}' is neither a position nor a time as in 2026-01-31T08:00:00Z.");
        }

        public override string ToString() => Text is null ? "" : " at " + Text;
    }
}
