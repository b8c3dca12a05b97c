using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>
/// Many commands of one request, answered item by item: what is refused for one does not keep the others back. The answer is
/// remembered under the request's key as a whole, and each command under a key of its own.
/// </summary>
internal sealed class BulkRunner(CommandRunner commands, RememberedRequests remembered, Heads heads)
{
    /// <summary>Carries the items out, or plans them when the request is a dry run.</summary>
    /// <param name="call">The request.</param>
    /// <param name="items">In the order sent.</param>
    /// <param name="commandOf">The command of an item; what it throws is that item's problem.</param>
    /// <param name="describe">Writes the fields that tell which item a result is about.</param>
    public async Task Run<T>(ApiCall call, IReadOnlyList<T> items, Func<T, Application.Command> commandOf, Action<Utf8JsonWriter, T> describe)
    {
        if (call.IsDryRun)
        {
            await AnswerPlan(call, items, commandOf, describe);
            return;
        }

        var (answer, replayed) = await remembered.Run(call, (key, fingerprint) => Each(
            items, (item, place) => commands.Execute(call.EnvelopeWith(KeyOf(key, place), fingerprint), commandOf(item), call.Ct), describe));
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        if (replayed)
        {
            call.Http.Response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }

        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, answer, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    /// <summary>Each item is planned on the state as it is, not on what the items before it would leave.</summary>
    private async Task AnswerPlan<T>(ApiCall call, IReadOnlyList<T> items, Func<T, Application.Command> commandOf, Action<Utf8JsonWriter, T> describe)
    {
        var events = new List<PlannedEvent>();
        var results = await Each(
            items, async (item, _) => events.AddRange((await commands.Plan(call.EnvelopeWith(null, []), commandOf(item), call.Ct)).Events), describe);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await CommandRunner.AnswerPlan(call.Http, events, results, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    private static async Task<byte[]> Each<T>(IReadOnlyList<T> items, Func<T, int, Task> one, Action<Utf8JsonWriter, T> describe)
    {
        var results = new List<(T Item, Problem? Problem)>();
        foreach (var (place, item) in items.Index())
        {
            try
            {
                await one(item, place);
                results.Add((item, null));
            }
            catch (ProblemException refused)
            {
                results.Add((item, refused.Problem));
            }
        }

        return JsonAnswer.ToBytes(results, (json, all) => Write(json, all, describe));
    }

    private static void Write<T>(Utf8JsonWriter json, List<(T Item, Problem? Problem)> results, Action<Utf8JsonWriter, T> describe)
    {
        json.WriteStartObject();
        json.WriteStartArray("results");
        foreach (var (item, problem) in results)
        {
            json.WriteStartObject();
            describe(json, item);
            json.WriteBoolean("ok", problem is null);
            if (problem is not null)
            {
                json.WritePropertyName("problem");
                problem.WriteBody(json, traceId: null);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>
    /// The key of one item: if the server ends in the middle, the repeat finds what was done. Hashed, because the caller's key may
    /// have any length already.
    /// </summary>
    private static string? KeyOf(string? key, int place) => key is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"bulk {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))} {place}");
}
