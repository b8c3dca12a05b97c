using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using UmsSti.Server.Hosting;
using UmsSti.Server.Http;

namespace UmsSti.Server.Telemetry;

/// <summary>
/// One line of JSON a log entry: time, level, category, event, message, its named values, trace id, failure. Failures are shown by type
/// and stack; their messages only where we know that they never repeat input (personal data stays out of logs).
/// </summary>
public sealed class JsonLogFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "ums-json";

    private static readonly JsonEncodedText Time = JsonEncodedText.Encode("time");

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, JsonAnswer.WriterOptions))
        {
            json.WriteStartObject();
            Times.Write(json, Time, DateTimeOffset.UtcNow);
            json.WriteString("level", LevelName(entry.LogLevel));
            json.WriteString("category", entry.Category);
            json.WriteString("event", entry.EventId.Name ?? entry.EventId.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("message", entry.Formatter(entry.State, null));
            WriteValues(json, entry.State);
            if (Activity.Current is { } activity)
            {
                json.WriteString("trace_id", activity.TraceId.ToHexString());
                json.WriteString("span_id", activity.SpanId.ToHexString());
            }

            if (entry.Exception is { } failure)
            {
                WriteFailure(json, failure);
            }

            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteValues<TState>(Utf8JsonWriter json, TState state)
    {
        if (state is not IEnumerable<KeyValuePair<string, object?>> values)
        {
            return;
        }

        json.WriteStartObject("values");
        foreach (var (name, value) in values)
        {
            if (name != "{OriginalFormat}")
            {
                json.WriteString(name, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        json.WriteEndObject();
    }

    private static void WriteFailure(Utf8JsonWriter json, Exception failure)
    {
        json.WriteStartArray("failure");
        for (var inner = failure; inner is not null; inner = inner.InnerException)
        {
            json.WriteStartObject();
            json.WriteString("type", inner.GetType().FullName);
            if (MayShowMessage(inner))
            {
                json.WriteString("message", inner.Message);
            }

            json.WriteString("stack", inner.StackTrace);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static bool MayShowMessage(Exception failure) =>
        failure is SqliteException or IOException or TimeoutException or ObjectDisposedException or StartRefusedException
        || failure.GetType().Namespace?.StartsWith("UmsSti.", StringComparison.Ordinal) == true;

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
