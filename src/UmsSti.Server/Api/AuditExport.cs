using System.Text;
using System.Text.Json;
using UmsSti.Application;
using UmsSti.ReadModels.Audit;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>
/// Streams the audit view as a file, slice by slice: as much memory for a million rows as for a thousand. A failure on the
/// way breaks the connection off, so that half a file is never taken for a whole one.
/// </summary>
internal sealed class AuditExport(AuditTrail trail, SealedTexts texts)
{
    /// <summary>Rows read and written at once.</summary>
    public const int SliceRows = 1_000;

    public async Task Write(ApiCall call, AuditQuery query, bool asCsv)
    {
        var response = call.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = asCsv ? Csv.MediaType + "; charset=utf-8" : "application/json";
        response.Headers.ContentDisposition = asCsv ? "attachment; filename=\"audit.csv\"" : "attachment; filename=\"audit.json\"";
        if (HttpMethods.IsHead(call.Http.Request.Method))
        {
            return;
        }

        await (asCsv ? WriteCsv(call, query) : WriteJson(call, query));
    }

    private async Task WriteCsv(ApiCall call, AuditQuery query)
    {
        var pipe = call.Http.Response.BodyWriter;
        var text = new StringBuilder();
        Csv.AppendRow(text, AuditEntry.Columns);
        await foreach (var slice in trail.SlicesAsync(query, SliceRows, call.Ct))
        {
            foreach (var row in slice)
            {
                Csv.AppendRow(text, AuditEntry.Open(row, texts).Cells());
            }

            Encoding.UTF8.GetBytes(text.ToString(), pipe);
            text.Clear();
            await pipe.FlushAsync(call.Ct);
        }

        Encoding.UTF8.GetBytes(text.ToString(), pipe);
    }

    // The shape of the list, with everything on one page.
    private async Task WriteJson(ApiCall call, AuditQuery query)
    {
        var pipe = call.Http.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(pipe, JsonAnswer.WriterOptions);
        var total = 0L;
        json.WriteStartObject();
        json.WriteStartArray("items");
        await foreach (var slice in trail.SlicesAsync(query, SliceRows, call.Ct))
        {
            foreach (var row in slice)
            {
                AuditEntry.Write(json, AuditEntry.Open(row, texts));
            }

            total += slice.Count;
            json.Flush();
            await pipe.FlushAsync(call.Ct);
        }

        json.WriteEndArray();
        json.WriteNull("nextCursor");
        json.WriteNumber("total", total);
        json.WriteEndObject();
        json.Flush();
    }
}
