using UmsSti.Projections.Security;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Answers of the views over everything: audit, security, history of states, analytics.</summary>
internal static class ViewShapes
{
    public static readonly IReadOnlyList<string> Outcomes = ["success", "denied", "failed"];
    public static readonly IReadOnlyList<string> Logs = ["domain", "activity"];

    private static readonly AnswerField[] Client =
    [
        new("ip", AnswerKind.Text, "Address of the caller; [ANONYMIZED] once the person is forgotten.") { Nullable = true },
        new("userAgent", AnswerKind.Text, "His program, as it named itself.") { Nullable = true },
    ];

    public static readonly AnswerShape AuditEntry = new(
        "AuditEntry",
        [
            new("at", AnswerKind.Time, "When, UTC."),
            new("log", AnswerKind.Text, "The log it stands in.") { OneOf = Logs },
            new("position", AnswerKind.Number, "Its place in that log."),
            new("type", AnswerKind.Text, "Name of the event."),
            new("action", AnswerKind.Text, "What was done, in the words of the audit vocabulary."),
            new("outcome", AnswerKind.Text, "How it went.") { OneOf = Outcomes },
            new("actorId", AnswerKind.Text, "Who: a user, anonymous, or system: and a job."),
            new("onBehalfOf", AnswerKind.Text, "Whom he acted for.") { Nullable = true },
            new("subjectId", AnswerKind.Text, "The user it is about.") { Nullable = true },
            new("resourceType", AnswerKind.Text, "What it was done to: user, account, email-address, team, installation, read-model, projection, ..."),
            new("resourceId", AnswerKind.Text, "Which one."),
            new("reason", AnswerKind.Text, "Why; [ANONYMIZED] once the person is forgotten.") { Nullable = true },
            .. Client,
            new("detail", AnswerKind.FreeObject, "More, depending on the type; names of fields and never their content."),
            new("commandId", AnswerKind.Text, "The command that caused it."),
            new("correlationId", AnswerKind.Text, "The request that caused it; its trace id."),
            new("causationId", AnswerKind.Text, "What made the actor ask.") { Nullable = true },
        ]);

    public static readonly AnswerShape SecurityEvent = new(
        "SecurityEvent",
        [
            new("id", AnswerKind.Text, "Its log and position: what resolving it asks for."),
            new("at", AnswerKind.Time, "When, UTC."),
            new("log", AnswerKind.Text, "The log it stands in.") { OneOf = Logs },
            new("position", AnswerKind.Number, "Its place in that log."),
            new("type", AnswerKind.Text, "Kind of security event.") { OneOf = [.. SecurityKind.All.Select(kind => kind.Name)] },
            new("severity", AnswerKind.Text, "How much it matters.") { OneOf = SecurityKind.Severities },
            new("userId", AnswerKind.Text, "Whose account or behaviour it is about.") { Nullable = true },
            new("actorId", AnswerKind.Text, "Who did it: a user, anonymous, or system: and a job."),
            .. Client,
            new("correlationId", AnswerKind.Text, "The request that caused it; its trace id."),
            new("detail", AnswerKind.FreeObject, "More, depending on the type."),
            new("isResolved", AnswerKind.Boolean, "Somebody looked into it and settled it."),
            new("resolvedBy", AnswerKind.Text, "Who did.") { Nullable = true },
            new("resolvedAt", AnswerKind.Time, "When, UTC.") { Nullable = true },
            new("note", AnswerKind.Text, "What he found; [ANONYMIZED] once he is forgotten.") { Nullable = true },
        ]);

    public static readonly AnswerShape StateChange = new(
        "UserStateChange",
        new AnswerField("at", AnswerKind.Time, "When, UTC."),
        new AnswerField("position", AnswerKind.Number, "Place in the log."),
        new AnswerField("version", AnswerKind.Number, "The user's version after it."),
        new AnswerField("type", AnswerKind.Text, "Name of the event."),
        new AnswerField("fromState", AnswerKind.Text, "Null: there was no user yet.") { Nullable = true },
        new AnswerField("fromSubState", AnswerKind.Text, "Null: there was no user yet.") { Nullable = true },
        new AnswerField("toState", AnswerKind.Text, "The state he came to."),
        new AnswerField("toSubState", AnswerKind.Text, "The sub-state he came to."),
        new AnswerField("actorId", AnswerKind.Text, "Who did it: a user, anonymous, or system: and a job."),
        new AnswerField("reason", AnswerKind.Text, "Why; [ANONYMIZED] once the person is forgotten.") { Nullable = true },
        new AnswerField("commandId", AnswerKind.Text, "The command that caused it."),
        new AnswerField("correlationId", AnswerKind.Text, "The request that caused it."));

    public static readonly AnswerShape MetricDay = new(
        "MetricDay",
        new AnswerField("day", AnswerKind.Text, "The day, UTC, as in 2026-01-31."),
        new AnswerField("metric", AnswerKind.Text, "Its name."),
        new AnswerField("kind", AnswerKind.Text, "counter: value is how many; timer: value is the mean.") { OneOf = ["counter", "timer"] },
        new AnswerField("unit", AnswerKind.Text, "What the value counts or measures."),
        new AnswerField("value", AnswerKind.Decimal, "Null: nothing was measured on that day.") { Nullable = true },
        new AnswerField("count", AnswerKind.Number, "How many values there were."),
        new AnswerField("low", AnswerKind.Number, "The smallest.") { Nullable = true },
        new AnswerField("high", AnswerKind.Number, "The largest.") { Nullable = true });

    public static readonly AnswerShape UserDay = new(
        "UserDay",
        new AnswerField("day", AnswerKind.Text, "The day, UTC, as in 2026-01-31."),
        new AnswerField("logins", AnswerKind.Number, "Sign-ins."),
        new AnswerField("actions", AnswerKind.Number, "Facts of users' streams he is the actor of."),
        new AnswerField("minutes", AnswerKind.Number, "From his first activity to his last."),
        new AnswerField("firstAt", AnswerKind.Time, "UTC.") { Nullable = true },
        new AnswerField("lastAt", AnswerKind.Time, "UTC.") { Nullable = true });

    public static readonly AnswerShape TeamDay = new(
        "TeamDay",
        new AnswerField("day", AnswerKind.Text, "The day, UTC, as in 2026-01-31."),
        new AnswerField("members", AnswerKind.Number, "Members at its end, the suspended included."),
        new AnswerField("joined", AnswerKind.Number, "People who became members."),
        new AnswerField("left", AnswerKind.Number, "People who were removed or left."),
        new AnswerField("activeUsers", AnswerKind.Number, "Different users who acted in it."),
        new AnswerField("actions", AnswerKind.Number, "Facts of the team and its memberships they are the actors of."));
}
