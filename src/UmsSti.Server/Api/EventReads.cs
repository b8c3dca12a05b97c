using System.Text.Json;
using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>The log itself: all of it in position order, or one user's stream.</summary>
internal sealed class EventReads(IEventLog log, EventViews views, Reading reading)
{
    /// <summary>Events read at a time while looking for a type.</summary>
    private const int ScanChunk = 1_000;

    /// <summary>Events looked at in one request while looking for a type; the cursor goes on from there.</summary>
    private const int MaxScanned = 100_000;

    public static readonly ApiOperation AllOperation = new("listEvents", HttpMethods.Get, "/events", "Events", "The log in position order")
    {
        Description = "With a type, a page may hold fewer events than asked and still have a next one, and total is null: the log is not indexed by type.",
        Query =
        [
            new QueryParameter("after", "Only events after this position.") { IsNumber = true },
            new QueryParameter("type", "Only events of this name."),
            new QueryParameter("stream", "Only events of this stream."),
            QueryParameter.Limit,
            QueryParameter.Cursor,
        ],
        Answers = [new ApiAnswer(200, "A page of events.", AnswerShape.ListOf(UserShapes.Event))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public static readonly ApiOperation OfUserOperation = new("listUserEvents", HttpMethods.Get, "/users/{id}/events", "Users", "The user's stream, oldest first")
    {
        RouteParameters = UserRoutes.Id,
        Query = [QueryParameter.Limit, QueryParameter.Cursor],
        Answers = [new ApiAnswer(200, "A page of events.", AnswerShape.ListOf(UserShapes.Event))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public async Task All(ApiCall call)
    {
        var limit = call.Query.Limit();
        var type = call.Query.Text("type");
        var stream = StreamOf(call);
        var list = $"events {stream?.Value} {type}";
        var after = call.Query.Text("cursor") is { } cursor ? PositionCursor.Read(cursor, list) : call.Query.Number("after") ?? 0;
        await reading.Demand(call, Application.Query.ReadEvents);
        var head = log.Head;
        var page = (stream, type) switch
        {
            (null, null) => await Slice(after, limit, head, call.Ct),
            ({ } name, _) => await OfStream(name, type, after, limit, call.Ct),
            (null, _) => await OfType(type, after, limit, head, call.Ct),
        };
        RequestHeaders.SetPosition(call.Http.Response, head);
        await Answer(call, page, list);
    }

    public async Task OfUser(ApiCall call)
    {
        var id = UserRoutes.IdOf(call);
        var limit = call.Query.Limit();
        var list = "events of " + id;
        var from = call.Query.Text("cursor") is { } cursor ? PositionCursor.Read(cursor, list) + 1 : 0;
        await reading.Demand(call, Application.Query.NewReadUserEvents(id));
        var head = log.Head;
        var events = await log.LoadStream(StreamName.Create("User", StreamId.Create(id)), from, call.Ct);
        if (events.Length == 0 && from == 0)
        {
            throw UserRoutes.NotFound();
        }

        RequestHeaders.SetPosition(call.Http.Response, head);
        var shown = events.AsSpan(0, Math.Min(limit, events.Length)).ToArray();
        var next = shown.Length < events.Length ? PositionCursor.Write(list, shown[^1].Index) : null;
        await Lists.Answer(call.Http, shown, next, from + events.Length, Write);
    }

    private async Task<Page> Slice(long after, int limit, long head, CancellationToken ct)
    {
        var events = await log.ReadAll(after, limit, ct);
        var last = events.Length == 0 ? after : events[^1].Position;
        return new Page(events, last < head ? last : null, head);
    }

    private async Task<Page> OfStream(StreamName stream, string? type, long after, int limit, CancellationToken ct)
    {
        var events = (await log.LoadStream(stream, 0, ct)).Where(one => type is null || one.EventType == type).ToArray();
        var rest = events.Where(one => one.Position > after).ToArray();
        var shown = rest[..Math.Min(limit, rest.Length)];
        return new Page(shown, shown.Length < rest.Length ? shown[^1].Position : null, events.Length);
    }

    private async Task<Page> OfType(string? type, long after, int limit, long head, CancellationToken ct)
    {
        var found = new List<RecordedEvent>(limit);
        var at = after;
        for (var scanned = 0; at < head && scanned < MaxScanned && found.Count < limit; scanned += ScanChunk)
        {
            foreach (var one in await log.ReadAll(at, ScanChunk, ct))
            {
                at = one.Position;
                if (one.EventType == type)
                {
                    found.Add(one);
                    if (found.Count == limit)
                    {
                        break;
                    }
                }
            }
        }

        return new Page(found, at < head ? at : null, null);
    }

    private static StreamName? StreamOf(ApiCall call)
    {
        var text = call.Query.Text("stream");
        if (text is null)
        {
            return null;
        }

        var cut = text.IndexOf('-');
        return cut > 0 && cut < text.Length - 1
            ? StreamName.Parse(text)
            : throw new ProblemException(Problem.Field("stream", "must be a stream name as in User-0190c1e2-..."));
    }

    private Task Answer(ApiCall call, Page page, string list) =>
        Lists.Answer(call.Http, page.Events, page.Next is { } last ? PositionCursor.Write(list, last) : null, page.Total, Write);

    private void Write(Utf8JsonWriter json, RecordedEvent recorded) => EventJson.Write(json, views.Render(recorded));

    private sealed record Page(IReadOnlyList<RecordedEvent> Events, long? Next, long? Total);
}
