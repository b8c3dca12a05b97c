using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>One action on many users. Each is a command of its own: what is refused for one does not keep the others back.</summary>
internal sealed class BulkUsers(CommandRunner commands, RememberedRequests remembered, Heads heads)
{
    public static readonly ApiOperation Operation = new("bulkUsers", HttpMethods.Post, "/users/bulk", "Users", "One action on up to 100 users, answered item by item")
    {
        Body = UserShapes.Bulk,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = [new ApiAnswer(200, "What became of each; with dryRun what would.", UserShapes.BulkResult)],
    };

    public async Task Run(ApiCall call)
    {
        var body = await call.Body();
        var ids = body.List("ids");
        if (ids.Count == 0)
        {
            throw new ProblemException(Problem.Field("ids", "must name somebody"));
        }

        if (call.IsDryRun)
        {
            await AnswerPlan(call, body);
            return;
        }

        var (answer, replayed) = await remembered.Run(call, (key, fingerprint) => Each(body, (id, place) => Execute(call, body, id, KeyOf(key, place), fingerprint)));
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        if (replayed)
        {
            call.Http.Response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }

        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, answer, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    private static async Task<byte[]> Each(BodyValues body, Func<string, int, Task> one)
    {
        var results = new List<(string Id, Problem? Problem)>();
        foreach (var (place, id) in body.List("ids").Index())
        {
            try
            {
                await one(id, place);
                results.Add((id, null));
            }
            catch (ProblemException refused)
            {
                results.Add((id, refused.Problem));
            }
        }

        return JsonAnswer.ToBytes(results, static (json, all) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var (id, problem) in all)
            {
                json.WriteStartObject();
                json.WriteString("id", id);
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
        });
    }

    private Task Execute(ApiCall call, BodyValues body, string id, string? key, byte[] fingerprint) =>
        commands.Execute(call.EnvelopeWith(key, fingerprint), CommandOf(body, id), call.Ct);

    /// <summary>Each item is planned on the state as it is, not on what the items before it would leave.</summary>
    private async Task AnswerPlan(ApiCall call, BodyValues body)
    {
        var events = new List<PlannedEvent>();
        var results = await Each(body, async (id, _) => events.AddRange((await commands.Plan(call.EnvelopeWith(null, []), CommandOf(body, id), call.Ct)).Events));
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await CommandRunner.AnswerPlan(call.Http, events, results, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    /// <summary>
    /// The key of one item: if the server ends in the middle, the repeat finds what was done. Hashed, because the caller's key may
    /// have any length already.
    /// </summary>
    internal static string? KeyOf(string? key, int place) => key is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"bulk {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))} {place}");

    private static Application.Command CommandOf(BodyValues body, string id)
    {
        var reason = body.Text("reason");
        return body.RequiredText("action") switch
        {
            "activate" => Application.Command.NewActivateUser(id),
            "deactivate" => Application.Command.NewDeactivateUser(id, reason),
            "suspend" => Application.Command.NewSuspendUser(id, reason, null),
            "unsuspend" => Application.Command.NewUnsuspendUser(id, reason),
            "archive" => Application.Command.NewArchiveUser(id, reason),
            var action => throw new InvalidOperationException($"The shape lets no action '{action}' through."),
        };
    }
}
