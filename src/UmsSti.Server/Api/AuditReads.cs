using UmsSti.Application;
using UmsSti.ReadModels.Audit;
using UmsSti.Server.Http;
using Moment = Microsoft.FSharp.Core.FSharpOption<System.DateTimeOffset>;
using OperatorEvents = UmsSti.Domain.Operator.Events;

namespace UmsSti.Server.Api;

/// <summary>Everything that was done, tried and refused: a page of it, or all of it as a file (AD-07).</summary>
internal sealed class AuditReads(AuditTrail trail, SealedTexts texts, Operators operators, Reading reading, Freshness freshness)
{
    private static readonly string[] Formats = ["json", "csv"];
    private static readonly string[] Sorts = ["at", "-at"];

    private readonly AuditExport export = new(trail, texts);

    public static readonly ApiOperation ListOperation = new("listAudit", HttpMethods.Get, "/audit", "Audit", "Who did what, when, to what, from where, and how it went")
    {
        Description =
            "One entry for every event of both logs: commands that were carried out, denials, bypasses, sign-ins and failed ones, the operator's hand. "
            + "With a format (or Accept: text/csv) everything the filters let through is sent as one file, without limit and cursor; taking a file is itself recorded. "
            + "total is null beyond 100,000.",
        Query =
        [
            new QueryParameter("actor", "Only what this actor did: a user id, anonymous, or system: and a job."),
            new QueryParameter("subject", "Only what is about this user."),
            new QueryParameter("type", "Only events of this name."),
            new QueryParameter("from", "Not before this time.") { IsTime = true },
            new QueryParameter("to", "Before this time.") { IsTime = true },
            new QueryParameter("outcome", "Only what went so.") { OneOf = ViewShapes.Outcomes },
            new QueryParameter("resource", "Only what was done to the thing with this id."),
            new QueryParameter("resourceType", "Only what was done to things of this kind."),
            new QueryParameter("log", "Only facts of this log.") { OneOf = ViewShapes.Logs },
            new QueryParameter("correlation", "Only what this request caused; the traceId of its answer."),
            new QueryParameter("sort", "-at: newest first, when not given; at: oldest first.") { OneOf = Sorts },
            new QueryParameter("format", "Send everything as a file.") { OneOf = Formats },
            QueryParameter.Limit,
            QueryParameter.Cursor,
        ],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page, or with a format all of it.", AnswerShape.ListOf(ViewShapes.AuditEntry)) { IsAlsoCsv = true }],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public async Task List(ApiCall call)
    {
        var format = call.Query.Word("format", Formats) ?? (MediaTypes.PrefersCsv(call.Http.Request) ? "csv" : null);
        var query = ToQuery(call);
        var limit = call.Query.Limit();
        var cursor = call.Query.Text("cursor");
        if (format is not null)
        {
            RefusePaging(call);
        }

        await reading.Demand(call, Application.Query.ReadAudit);
        if (format is not null)
        {
            await Record(call, query, format);
        }

        var position = await freshness.Reach(call);
        RequestHeaders.SetPosition(call.Http.Response, position);
        if (format is not null)
        {
            await export.Write(call, Bounded(query, call.Now), asCsv: format == "csv");
            return;
        }

        var page = await Lists.Read(() => trail.ListAsync(query, limit, cursor, call.Ct));
        await Lists.Answer(call.Http, [.. page.Items.Select(row => AuditEntry.Open(row, texts))], page.NextCursor, page.Total, AuditEntry.Write);
    }

    private static AuditQuery ToQuery(ApiCall call)
    {
        var (from, to) = Period.Of(call.Query);
        return new AuditQuery
        {
            Actor = call.Query.Text("actor"),
            Subject = call.Query.Text("subject"),
            Type = call.Query.Text("type"),
            Outcome = call.Query.Word("outcome", ViewShapes.Outcomes),
            Resource = call.Query.Text("resource"),
            ResourceType = call.Query.Text("resourceType"),
            Correlation = call.Query.Text("correlation"),
            Log = call.Query.Word("log", ViewShapes.Logs) switch { null => null, "domain" => 1, _ => 2 },
            From = from,
            To = to,
            NewestFirst = call.Query.Word("sort", Sorts) != "at",
        };
    }

    // A file has an end, also while facts arrive faster than they are read.
    private static AuditQuery Bounded(AuditQuery query, DateTimeOffset now)
    {
        var end = now.AddMilliseconds(1);
        return query.To is { } to && to < end ? query : query with { To = end };
    }

    private static void RefusePaging(ApiCall call)
    {
        var errors = new FieldErrors();
        foreach (var name in new[] { QueryParameter.Limit.Name, QueryParameter.Cursor.Name })
        {
            if (call.Query.Text(name) is not null)
            {
                errors.Add(name, "has no meaning for a file");
            }
        }

        errors.ThrowIfAny();
    }

    private Task Record(ApiCall call, AuditQuery query, string format) => operators.Record(
        call.EnvelopeWith(null, []),
        OperatorEvents.Event.NewAuditExported(new(format, Option(query.From), Option(query.To), call.Now)),
        call.Ct);

    private static Moment? Option(DateTimeOffset? time) => time is { } known ? Moment.Some(known) : null;
}
