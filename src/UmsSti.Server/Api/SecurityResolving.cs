using System.Text.Json;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.ReadModels.Security;
using UmsSti.Server.Http;
using OperatorEvents = UmsSti.Domain.Operator.Events;

namespace UmsSti.Server.Api;

/// <summary>Settles security events: somebody looked into one and says what he found (RM-12).</summary>
internal sealed class SecurityResolving(SecurityEvents events, Reading reading, Freshness freshness, RememberedRequests remembered, Operators operators, Heads heads)
{
    /// <summary>Longest note, in UTF-16 units.</summary>
    private const int MaxNoteLength = 500;

    private static readonly JsonEncodedText ResolvedAt = JsonEncodedText.Encode("resolvedAt");

    // One at a time: the second of two at once finds what the first has put on record.
    private readonly SemaphoreSlim turn = new(1, 1);

    public static readonly ApiOperation ResolveOperation = new("resolveSecurityEvent", HttpMethods.Post, "/security-events/{id}/resolve", "Audit", "Settle a security event with a note of what was found")
    {
        Description = "One that is settled stays as it is, and the answer says who settled it.",
        RouteParameters = new Dictionary<string, string> { ["id"] = "Id of the security event, as GET /security-events shows it." },
        Body = new BodyShape(
            "ResolveSecurityEvent",
            new BodyField("note", FieldKind.Text, "What was found; about the matter, not about a person.") { Required = true, MultiLine = true, MaxLength = MaxNoteLength }),
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers =
        [
            new ApiAnswer(200, "It is settled; with dryRun the plan.", new AnswerShape(
                "SecurityEventResolved",
                new AnswerField("id", AnswerKind.Text, "Of the security event."),
                new AnswerField("isResolved", AnswerKind.Boolean, "True."),
                new AnswerField("resolvedBy", AnswerKind.Text, "Who settled it."),
                new AnswerField("resolvedAt", AnswerKind.Time, "When, UTC."))),
        ],
    };

    public async Task Resolve(ApiCall call)
    {
        var note = NoteOf(await call.Body());
        await reading.Demand(call, Application.Query.ResolveSecurityEvents);
        if (call.IsDryRun)
        {
            await Find(call);
            await OperationJson.AnswerPlan(call, heads.Domain);
            return;
        }

        var (answer, replayed) = await remembered.Run(call, async (_, _) => JsonAnswer.ToBytes(await Settle(call, note), static (json, it) =>
        {
            json.WriteStartObject();
            json.WriteString("id", it.Id);
            json.WriteBoolean("isResolved", true);
            json.WriteString("resolvedBy", it.By);
            Times.Write(json, ResolvedAt, it.At);
            json.WriteEndObject();
        }));
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        if (replayed)
        {
            call.Http.Response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }

        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, answer, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    private async Task<(string Id, string By, DateTimeOffset At)> Settle(ApiCall call, string note)
    {
        await turn.WaitAsync(call.Ct);
        try
        {
            var row = await Find(call);
            var id = SecurityEventId.Text(row.Log, row.Position);
            if (row.Resolution is { } known)
            {
                return (id, known.By, known.At);
            }

            var fact = new OperatorEvents.SecurityEventResolved(AuditEntry.LogName(row.Log), row.Position, Personal.NewKnown(note), call.Now);
            var envelope = call.EnvelopeWith(null, []);
            await operators.Record(envelope, OperatorEvents.Event.NewSecurityEventResolved(fact), call.Ct);
            return (id, envelope.Actor, call.Now);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<SecurityRow> Find(ApiCall call)
    {
        await freshness.ReachNow(call.Ct);
        return SecurityEventId.Parse(call.Route("id")) is { } place && await events.FindAsync(place.Log, place.Position, call.Ct) is { } row
            ? row
            : throw new ProblemException(ProblemKinds.NotFound, "There is no such security event.");
    }

    // The domain does not see the note, so its length is judged here.
    private static string NoteOf(BodyValues body)
    {
        var note = body.RequiredText("note").Trim();
        return note.Length is >= 1 and <= MaxNoteLength ? note : throw new ProblemException(Problem.Field("note", $"must have 1 to {MaxNoteLength} characters"));
    }
}
