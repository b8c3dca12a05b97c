using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace UmsSti.Server.Http;

/// <summary>
/// Writes JSON answers without reflection and in one piece, so that the length is known and the body leaves in one packet.
/// One buffer and writer a thread: nothing here waits between taking and writing them.
/// </summary>
public static class JsonAnswer
{
    private const int MaxKeptBufferBytes = 256 * 1024;

    /// <summary>Text leaves as itself; only what JSON demands is escaped (answers are never embedded in HTML, and nosniff is set).</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    /// <summary>Writes a 200-family answer as <c>application/json</c>.</summary>
    public static Task Write<T>(HttpContext http, int status, T value, Action<Utf8JsonWriter, T> body) =>
        Write(http, status, "application/json", value, body);

    /// <summary>Writes an answer with the given media type.</summary>
    public static Task Write<T>(HttpContext http, int status, string contentType, T value, Action<Utf8JsonWriter, T> body)
    {
        var bytes = Render(value, body);
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            var pipe = response.BodyWriter;
            bytes.CopyTo(pipe.GetSpan(bytes.Length));
            pipe.Advance(bytes.Length);
        }

        // Kestrel flushes the pipe when the request ends.
        return Task.CompletedTask;
    }

    /// <summary>The bytes of a body, as they would be sent.</summary>
    public static byte[] ToBytes<T>(T value, Action<Utf8JsonWriter, T> body) => Render(value, body).ToArray();

    private static ReadOnlySpan<byte> Render<T>(T value, Action<Utf8JsonWriter, T> body)
    {
        buffer ??= new ArrayBufferWriter<byte>(4096);
        writer ??= new Utf8JsonWriter(buffer, WriterOptions);
        if (buffer.Capacity > MaxKeptBufferBytes)
        {
            buffer = new ArrayBufferWriter<byte>(4096);
        }

        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        body(writer, value);
        writer.Flush();
        return buffer.WrittenSpan;
    }
}
