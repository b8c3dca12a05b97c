using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace UmsSti.Server.Http;

/// <summary>Takes the whole body of a request, within limits.</summary>
public static class RequestBody
{
    /// <summary>Largest body that is read.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>
    /// Largest body that is taken off the line although it is refused, so that the caller gets to read the answer
    /// instead of a reset connection. Kestrel refuses beyond.
    /// </summary>
    public const int MaxDrainedBytes = 16 * 1024 * 1024;

    /// <summary>The bytes of the body; empty when there is none. Throws <see cref="ProblemException"/> for 413 and 415.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> Read(HttpContext http, CancellationToken ct)
    {
        var request = http.Request;
        if (request.ContentLength == 0)
        {
            return default;
        }

        var pipe = request.BodyReader;
        while (true)
        {
            var read = await pipe.ReadAsync(ct);
            if (read.Buffer.Length > MaxBytes)
            {
                pipe.AdvanceTo(read.Buffer.End);
                await Drain(http, ct);
                throw new ProblemException(ProblemKinds.BodyTooLarge, $"At most {MaxBytes} bytes are taken.");
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                pipe.AdvanceTo(read.Buffer.End);
                if (bytes.Length > 0 && !IsJson(request.ContentType))
                {
                    throw new ProblemException(ProblemKinds.UnsupportedMediaType, "Send application/json in UTF-8.");
                }

                return bytes;
            }

            pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async Task Drain(HttpContext http, CancellationToken ct)
    {
        var pipe = http.Request.BodyReader;
        while (true)
        {
            var read = await pipe.ReadAsync(ct);
            pipe.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static bool IsJson(string? contentType)
    {
        if (string.Equals(contentType, "application/json", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || (type.Type.Equals("application", StringComparison.OrdinalIgnoreCase) && type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)))
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
    }
}
