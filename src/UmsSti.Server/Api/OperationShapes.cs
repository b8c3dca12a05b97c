using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Answers about projections and running operations.</summary>
internal static class OperationShapes
{
    public static readonly AnswerShape Projection = new(
        "Projection",
        new AnswerField("name", AnswerKind.Text, "Stable."),
        new AnswerField("model", AnswerKind.Text, "The read model it writes."),
        new AnswerField("log", AnswerKind.Text, "The log it reads."),
        new AnswerField("position", AnswerKind.Number, "What it has applied."),
        new AnswerField("head", AnswerKind.Number, "Where its log stands."),
        new AnswerField("lag", AnswerKind.Number, "Events between the two."),
        new AnswerField("lagSeconds", AnswerKind.Decimal, "Age of the oldest of them."),
        new AnswerField("applied", AnswerKind.Number, "Events it has taken part in."),
        new AnswerField("missing", AnswerKind.Number, "Events it should have applied and has not."),
        new AnswerField("checksum", AnswerKind.Text, "Rolling checksum of what it applied."),
        new AnswerField("state", AnswerKind.Text, "starting, live, catching-up, faulted or stopped."),
        new AnswerField("parked", AnswerKind.Number, "Streams it holds back."),
        new AnswerField("error", AnswerKind.Text, "Why it stands still.") { Nullable = true });

    public static readonly AnswerShape Started = new(
        "OperationStarted", new AnswerField("operationId", AnswerKind.Text, "See GET /operations/{id}; null in a plan.") { Nullable = true });

    public static readonly AnswerShape Operation = new(
        "Operation",
        new AnswerField("id", AnswerKind.Text, "As it was answered."),
        new AnswerField("kind", AnswerKind.Text, "rebuild or schedule."),
        new AnswerField("model", AnswerKind.Text, "The read model that is built, or the schedule that runs."),
        new AnswerField("state", AnswerKind.Text, "Where it stands.") { OneOf = ["waiting", "running", "succeeded", "failed", "cancelled", "abandoned"] },
        new AnswerField("done", AnswerKind.Number, "Events applied, or candidates carried out."),
        new AnswerField("total", AnswerKind.Number, "Events to apply, or candidates seen so far."),
        new AnswerField("ratePerSecond", AnswerKind.Decimal, "Of them a second."),
        new AnswerField("etaSeconds", AnswerKind.Decimal, "What is left at that rate.") { Nullable = true },
        new AnswerField("error", AnswerKind.Text, "Why it failed.") { Nullable = true });

    public static readonly AnswerShape Parked = new(
        "ParkedStream",
        new AnswerField("stream", AnswerKind.Text, "Its name."),
        new AnswerField("fromVersion", AnswerKind.Number, "First event held back, by its place in the stream."),
        new AnswerField("fromPosition", AnswerKind.Number, "The same by its place in the log."),
        new AnswerField("error", AnswerKind.Text, "What the projection said."),
        new AnswerField("tries", AnswerKind.Number, "How often it was tried."),
        new AnswerField("at", AnswerKind.Time, "When it was parked, UTC."),
        new AnswerField("held", AnswerKind.Number, "Events held back."));

    private static readonly AnswerShape SkippedPlace = new(
        "SkippedPlace",
        new AnswerField("position", AnswerKind.Number, "Its place in the log."),
        new AnswerField("version", AnswerKind.Number, "Its place in the stream."),
        new AnswerField("type", AnswerKind.Text, "Its name."));

    public static readonly AnswerShape Skipped = new(
        "SkippedStream",
        new AnswerField("stream", AnswerKind.Text, "Its name."),
        new AnswerField("released", AnswerKind.Boolean, "It flows again."),
        new AnswerField("error", AnswerKind.Text, "Why it is still parked, at a later event.") { Nullable = true },
        new AnswerField("skipped", AnswerKind.ObjectList, "What was left out.") { Shape = SkippedPlace });

    public static readonly AnswerShape Retried = new(
        "RetriedStream",
        new AnswerField("stream", AnswerKind.Text, "Its name."),
        new AnswerField("released", AnswerKind.Boolean, "It flows again."),
        new AnswerField("error", AnswerKind.Text, "Why it is still parked.") { Nullable = true });
}
