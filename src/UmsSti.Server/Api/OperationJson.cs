using System.Text.Json;
using UmsSti.Projections;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Writes projections and operations the way <see cref="OperationShapes"/> describes them.</summary>
internal static class OperationJson
{
    public static void Write(Utf8JsonWriter json, ProjectionStatus status)
    {
        json.WriteStartObject();
        json.WriteString("name", status.Name);
        json.WriteString("model", status.Model);
        json.WriteString("log", status.Log);
        json.WriteNumber("position", status.Position);
        json.WriteNumber("head", status.Head);
        json.WriteNumber("lag", status.Lag);
        json.WriteNumber("lagSeconds", Math.Round(status.LagSeconds, 3));
        json.WriteNumber("applied", status.Applied);
        json.WriteNumber("missing", status.Missing);
        json.WriteString("checksum", status.Checksum);
        json.WriteString("state", status.State);
        json.WriteNumber("parked", status.Parked);
        json.WriteString("error", status.Error);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, RebuildOperation operation)
    {
        var progress = operation.Progress;
        json.WriteStartObject();
        json.WriteString("id", operation.Id);
        json.WriteString("kind", "rebuild");
        json.WriteString("model", operation.Model);
        json.WriteString("state", progress.State);
        json.WriteNumber("done", progress.Done);
        json.WriteNumber("total", progress.Total);
        json.WriteNumber("ratePerSecond", Math.Round(progress.RatePerSecond, 1));
        if (progress.EtaSeconds is { } eta)
        {
            json.WriteNumber("etaSeconds", Math.Round(eta, 1));
        }
        else
        {
            json.WriteNull("etaSeconds");
        }

        json.WriteString("error", progress.Error);
        json.WriteEndObject();
    }

    /// <summary>The answer to a retry, as bytes that can be remembered.</summary>
    public static byte[] RetryBytes(string stream, ParkedRetry retry) => JsonAnswer.ToBytes((stream, retry), static (json, it) =>
    {
        json.WriteStartObject();
        json.WriteString("stream", it.stream);
        json.WriteBoolean("released", it.retry.Outcome == ParkedRetryOutcome.Released);
        json.WriteString("error", it.retry.Error);
        json.WriteEndObject();
    });

    /// <summary>The answer to a skip, as bytes that can be remembered.</summary>
    public static byte[] SkipBytes(string stream, ParkedSkip skip) => JsonAnswer.ToBytes((stream, skip), static (json, it) =>
    {
        json.WriteStartObject();
        json.WriteString("stream", it.stream);
        json.WriteBoolean("released", it.skip.Outcome == ParkedRetryOutcome.Released);
        json.WriteString("error", it.skip.Error);
        json.WriteStartArray("skipped");
        foreach (var one in it.skip.Skipped)
        {
            json.WriteStartObject();
            json.WriteNumber("position", one.Position);
            json.WriteNumber("version", one.Index);
            json.WriteString("type", one.EventType);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>The plan of a request that stores no event.</summary>
    public static Task AnswerPlan(ApiCall call, long head)
    {
        RequestHeaders.SetPosition(call.Http.Response, head);
        return JsonAnswer.Write(call.Http, StatusCodes.Status200OK, 0, static (json, _) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("accepted", true);
            json.WriteStartArray("events");
            json.WriteEndArray();
            json.WriteNull("result");
            json.WriteEndObject();
        });
    }
}
