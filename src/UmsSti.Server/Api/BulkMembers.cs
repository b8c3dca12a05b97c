using System.Text.Json;
using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Many members at once. Each is a command of its own: what is refused for one does not keep the others back.</summary>
internal sealed class BulkMembers(CommandRunner commands, RememberedRequests remembered, Heads heads)
{
    public static readonly ApiOperation Operation = new("bulkMembers", HttpMethods.Post, "/teams/members/bulk", "Teams", "Add up to 100 members, answered item by item")
    {
        Body = TeamShapes.BulkMembers,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = [new ApiAnswer(200, "What became of each; with dryRun what would.", TeamShapes.BulkResult)],
    };

    public async Task Run(ApiCall call)
    {
        var items = (await call.Body()).Objects("items");
        if (items.Count == 0)
        {
            throw new ProblemException(Problem.Field("items", "must name somebody"));
        }

        if (call.IsDryRun)
        {
            await AnswerPlan(call, items);
            return;
        }

        var (answer, replayed) = await remembered.Run(call, (key, fingerprint) => Each(
            items, (item, place) => commands.Execute(call.EnvelopeWith(BulkUsers.KeyOf(key, place), fingerprint), CommandOf(item), call.Ct)));
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        if (replayed)
        {
            call.Http.Response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }

        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, answer, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    private static async Task<byte[]> Each(IReadOnlyList<BodyValues> items, Func<BodyValues, int, Task> one)
    {
        var results = new List<(BodyValues Item, Problem? Problem)>();
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

        return JsonAnswer.ToBytes(results, Write);
    }

    /// <summary>Each item is planned on the state as it is, not on what the items before it would leave.</summary>
    private async Task AnswerPlan(ApiCall call, IReadOnlyList<BodyValues> items)
    {
        var events = new List<PlannedEvent>();
        var results = await Each(items, async (item, _) => events.AddRange((await commands.Plan(call.EnvelopeWith(null, []), CommandOf(item), call.Ct)).Events));
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await CommandRunner.AnswerPlan(call.Http, events, results, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    private static void Write(Utf8JsonWriter json, List<(BodyValues Item, Problem? Problem)> results)
    {
        json.WriteStartObject();
        json.WriteStartArray("results");
        foreach (var (item, problem) in results)
        {
            json.WriteStartObject();
            json.WriteString("teamId", item.RequiredText("teamId"));
            json.WriteString("userId", item.RequiredText("userId"));
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

    private static Application.Command CommandOf(BodyValues item) => TeamRoutes.Command(TeamCommand.NewChangeMembership(
        item.RequiredText("teamId"), item.RequiredText("userId"), MembershipStep.NewAdd(item.RequiredText("role"))));
}
