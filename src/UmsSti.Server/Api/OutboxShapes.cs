using System.Globalization;
using System.Text.Json;
using UmsSti.Projections.Outbox;
using UmsSti.Projections.Reactors;
using UmsSti.Server.Http;
using UmsSti.Server.Webhooks;

namespace UmsSti.Server.Api;

/// <summary>Bodies and answers about the outbox and webhooks.</summary>
internal static class OutboxShapes
{
    private const int MaxReasonLength = 500;
    private static readonly JsonEncodedText NextAt = JsonEncodedText.Encode("nextAt");
    private static readonly JsonEncodedText CreatedAt = JsonEncodedText.Encode("createdAt");
    private static readonly JsonEncodedText ChangedAt = JsonEncodedText.Encode("changedAt");

    public static readonly IReadOnlyList<string> States = [.. Enum.GetNames<OutboxState>().Select(name => name.ToLowerInvariant())];

    public static readonly AnswerShape Item = new(
        "OutboxItem",
        new AnswerField("id", AnswerKind.Text, "Its number."),
        new AnswerField("channel", AnswerKind.Text, "mail, processes, or webhook:{name}."),
        new AnswerField("kind", AnswerKind.Text, "What it is about."),
        new AnswerField("recipient", AnswerKind.Text, "An id, a group (@...), a stream or a process; never an address."),
        new AnswerField("log", AnswerKind.Text, "The log of its event."),
        new AnswerField("position", AnswerKind.Number, "The event it comes from."),
        new AnswerField("state", AnswerKind.Text, "Where it stands.") { OneOf = States },
        new AnswerField("attempts", AnswerKind.Number, "Tries that came to an end, the one that delivered too; none counts in which the peer was away."),
        new AnswerField("nextAt", AnswerKind.Time, "When it is tried next, while pending."),
        new AnswerField("createdAt", AnswerKind.Time, "When it was asked for, or for when."),
        new AnswerField("changedAt", AnswerKind.Time, "When its state changed last."),
        new AnswerField("reason", AnswerKind.Text, "Why it waits, is dead, was cancelled or skipped.") { Nullable = true });

    public static readonly AnswerShape Changed = new(
        "OutboxItemChanged", new AnswerField("id", AnswerKind.Text, "Its number."), new AnswerField("state", AnswerKind.Text, "Where it stands now.") { OneOf = States });

    public static readonly AnswerShape Webhook = new(
        "Webhook",
        new AnswerField("name", AnswerKind.Text, "As configured."),
        new AnswerField("url", AnswerKind.Text, "Where events are posted to, without its query."),
        new AnswerField("types", AnswerKind.TextList, "Names of events it wants."),
        new AnswerField("log", AnswerKind.Text, "The log it hears of."),
        new AnswerField("position", AnswerKind.Number, "The last event it was considered for."),
        new AnswerField("head", AnswerKind.Number, "Where its log stands."),
        new AnswerField("pending", AnswerKind.Number, "Deliveries that wait."),
        new AnswerField("dead", AnswerKind.Number, "Deliveries that were given up."));

    public static readonly AnswerShape Replayed = new(
        "WebhookReplayed", new AnswerField("name", AnswerKind.Text, "As configured."), new AnswerField("from", AnswerKind.Number, "The first event that is sent again."));

    public static readonly BodyShape Skip = new(
        "SkipOutboxItem", new BodyField("reason", FieldKind.Text, "Why it is given up; about the matter, not about a person.") { Required = true, MaxLength = MaxReasonLength });

    public static readonly BodyShape Replay = new(
        "ReplayWebhook", new BodyField("from", FieldKind.Number, "Position of the first event to send again, from 1.") { Required = true });

    /// <summary>The reason of a body; the domain does not see it, so its length is judged here.</summary>
    public static string ReasonOf(BodyValues body)
    {
        var reason = body.RequiredText("reason").Trim();
        return reason.Length is >= 1 and <= MaxReasonLength ? reason : throw new ProblemException(Problem.Field("reason", $"must have 1 to {MaxReasonLength} characters"));
    }

    public static void Write(Utf8JsonWriter json, OutboxItem item)
    {
        json.WriteStartObject();
        json.WriteString("id", item.Id.ToString(CultureInfo.InvariantCulture));
        json.WriteString("channel", item.Channel);
        json.WriteString("kind", item.Kind);
        json.WriteString("recipient", item.Recipient);
        json.WriteString("log", item.Log.ToString().ToLowerInvariant());
        json.WriteNumber("position", item.Position);
        json.WriteString("state", NameOf(item.State));
        json.WriteNumber("attempts", item.Attempts);
        Times.Write(json, NextAt, item.NextAt);
        Times.Write(json, CreatedAt, item.CreatedAt);
        Times.Write(json, ChangedAt, item.ChangedAt);
        json.WriteString("reason", item.Reason);
        json.WriteEndObject();
    }

    /// <summary>One endpoint with how its reactor and its deliveries are doing.</summary>
    public static void Write(Utf8JsonWriter json, (WebhookOptions Options, ReactorStatus Reactor, long Pending, long Dead) webhook)
    {
        json.WriteStartObject();
        json.WriteString("name", webhook.Options.Name);
        json.WriteString("url", webhook.Options.Url.GetLeftPart(UriPartial.Path)); // a query may hold a secret
        json.WriteStartArray("types");
        foreach (var type in webhook.Options.Types)
        {
            json.WriteStringValue(type);
        }

        json.WriteEndArray();
        json.WriteString("log", webhook.Options.Log.ToString().ToLowerInvariant());
        json.WriteNumber("position", webhook.Reactor.Position);
        json.WriteNumber("head", webhook.Reactor.Head);
        json.WriteNumber("pending", webhook.Pending);
        json.WriteNumber("dead", webhook.Dead);
        json.WriteEndObject();
    }

    public static string NameOf(OutboxState state) => state.ToString().ToLowerInvariant();
}
