using System.Text.Json;
using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Many members at once. Each is a command of its own: what is refused for one does not keep the others back.</summary>
internal sealed class BulkMembers(CommandRunner commands, RememberedRequests remembered, Heads heads)
{
    private readonly BulkRunner bulk = new(commands, remembered, heads);

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

        await bulk.Run(call, items, CommandOf, Describe);
    }

    private static void Describe(Utf8JsonWriter json, BodyValues item)
    {
        json.WriteString("teamId", item.RequiredText("teamId"));
        json.WriteString("userId", item.RequiredText("userId"));
    }

    private static Application.Command CommandOf(BodyValues item) => TeamRoutes.Command(TeamCommand.NewChangeMembership(
        item.RequiredText("teamId"), item.RequiredText("userId"), MembershipStep.NewAdd(item.RequiredText("role"))));
}
