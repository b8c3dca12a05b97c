using System.Text.Json;
using UmsSti.Domain;
using UmsSti.Projections.Schedules;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Schedules and their runs as they are answered, and what the API description says of them.</summary>
internal static class ScheduleJson
{
    private static readonly JsonEncodedText NextRunAt = JsonEncodedText.Encode("nextRunAt");
    private static readonly JsonEncodedText StartedAt = JsonEncodedText.Encode("startedAt");
    private static readonly JsonEncodedText EndedAt = JsonEncodedText.Encode("endedAt");

    private static readonly AnswerShape LastRun = new(
        "ScheduleRun",
        new AnswerField("id", AnswerKind.Text, "Of the run; its operation while this process remembers it."),
        new AnswerField("trigger", AnswerKind.Text, "Why it was started.") { OneOf = ["due", "manual"] },
        new AnswerField("startedAt", AnswerKind.Time, "UTC."),
        new AnswerField("endedAt", AnswerKind.Time, "UTC; null while it goes on.") { Nullable = true },
        new AnswerField("state", AnswerKind.Text, "How it ended.") { OneOf = ["running", "succeeded", "failed", "cancelled", "abandoned"] },
        new AnswerField("done", AnswerKind.Number, "Candidates whose command was carried out."),
        new AnswerField("skipped", AnswerKind.Number, "Candidates for which nothing was left to do."),
        new AnswerField("failed", AnswerKind.Number, "Candidates that were refused or failed; a later run tries again."),
        new AnswerField("error", AnswerKind.Text, "Why the run failed.") { Nullable = true });

    public static readonly AnswerShape Shape = new(
        "Schedule",
        new AnswerField("name", AnswerKind.Text, "Stable."),
        new AnswerField("everySeconds", AnswerKind.Number, "How often it comes round."),
        new AnswerField("nextRunAt", AnswerKind.Time, "UTC; one that has passed means now. Null when schedules are switched off.") { Nullable = true },
        new AnswerField("lastRun", AnswerKind.Object, "Null before the first.") { Shape = LastRun, Nullable = true });

    public static void Write(Utf8JsonWriter json, ScheduleStatus status)
    {
        json.WriteStartObject();
        json.WriteString("name", status.Name);
        json.WriteNumber("everySeconds", (long)status.Every.TotalSeconds);
        Times.Write(json, NextRunAt, status.NextRunAt);
        if (status.LastRun is { } run)
        {
            json.WritePropertyName("lastRun");
            Write(json, run);
        }
        else
        {
            json.WriteNull("lastRun");
        }

        json.WriteEndObject();
    }

    /// <summary>A run as an operation.</summary>
    public static void Write(Utf8JsonWriter json, ScheduleOperation run)
    {
        var progress = run.Progress;
        json.WriteStartObject();
        json.WriteString("id", run.Id);
        json.WriteString("kind", "schedule");
        json.WriteString("model", run.Schedule);
        json.WriteString("state", progress.State);
        json.WriteNumber("done", progress.Done);
        json.WriteNumber("total", progress.Seen);
        json.WriteNumber("ratePerSecond", 0);
        json.WriteNull("etaSeconds");
        json.WriteString("error", progress.Error);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Schedule.Fold.Run run)
    {
        json.WriteStartObject();
        json.WriteString("id", run.Id);
        json.WriteString("trigger", run.Trigger);
        Times.Write(json, StartedAt, run.StartedAt);
        Times.Write(json, EndedAt, run.EndedAt?.Value);
        json.WriteString("state", run.State.Name);
        json.WriteNumber("done", run.Done);
        json.WriteNumber("skipped", run.Skipped);
        json.WriteNumber("failed", run.Failed);
        json.WriteString("error", run.Error?.Value);
        json.WriteEndObject();
    }
}
