using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>One action on many users. Each is a command of its own: what is refused for one does not keep the others back.</summary>
internal sealed class BulkUsers(CommandRunner commands, RememberedRequests remembered, Heads heads)
{
    private readonly BulkRunner bulk = new(commands, remembered, heads);

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

        await bulk.Run(call, ids, id => CommandOf(body, id), static (json, id) => json.WriteString("id", id));
    }

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
