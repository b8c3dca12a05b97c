using System.Text.Json;
using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>
/// Gives or takes many permissions and roles at once (CM-65, PE-25). Each is a command of its own: what is refused for one does not keep
/// the others back. What belongs together is told by the correlation id of the request (EV-067).
/// </summary>
internal sealed class BulkRights(CommandRunner commands, RememberedRequests remembered, Heads heads)
{
    private readonly BulkRunner bulk = new(commands, remembered, heads);

    /// <summary>Most items of one request.</summary>
    public const int MaxItems = 100;

    private static readonly string[] Actions = ["give", "take"];

    private static readonly BodyShape Body = new(
        "BulkRights",
        new BodyField("action", FieldKind.Text, "What is done with each.") { Required = true, OneOf = Actions },
        new BodyField("expiresAt", FieldKind.Time, "From then on what is given gives nothing."),
        new BodyField("reason", FieldKind.Text, "Why; required to take, and to give permissions.") { MaxLength = UserShapes.MaxReasonLength, MultiLine = true },
        new BodyField("items", FieldKind.ObjectList, "What, and whose.")
        {
            Required = true,
            MaxItems = MaxItems,
            Shape = new BodyShape(
                "BulkRight",
                new BodyField("user", FieldKind.Text, "Whose.") { Required = true },
                new BodyField("team", FieldKind.Text, "Where; without it outside teams."),
                new BodyField("permission", FieldKind.Text, "A permission by its canonical name; this or role."),
                new BodyField("role", FieldKind.Text, "A role by its name in the scope; this or permission.")),
        });

    private static readonly AnswerShape Result = new(
        "BulkRightsResult",
        new AnswerField("results", AnswerKind.ObjectList, "One for each item, in the order sent.")
        {
            Shape = new AnswerShape(
                "BulkRightResult",
                new AnswerField("user", AnswerKind.Text, "As it was sent."),
                new AnswerField("team", AnswerKind.Text, "As it was sent.") { Nullable = true },
                new AnswerField("permission", AnswerKind.Text, "As it was sent.") { Nullable = true },
                new AnswerField("role", AnswerKind.Text, "As it was sent.") { Nullable = true },
                new AnswerField("ok", AnswerKind.Boolean, "It was done."),
                new AnswerField("problem", AnswerKind.Object, "Why not.") { Optional = true, Shape = ApiSchemas.ProblemShape }),
        });

    public static readonly ApiOperation Operation = new("bulkRights", HttpMethods.Post, "/permissions/bulk", "Permissions", "Give or take up to 100 permissions and roles, answered item by item")
    {
        Body = Body,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = [new ApiAnswer(200, "What became of each; with dryRun what would.", Result)],
    };

    public async Task Run(ApiCall call)
    {
        var body = await call.Body();
        var items = body.Objects("items");
        if (items.Count == 0)
        {
            throw new ProblemException(Problem.Field("items", "must name something"));
        }

        await bulk.Run(call, items, item => CommandOf(body, item), Describe);
    }

    private static void Describe(Utf8JsonWriter json, BodyValues item)
    {
        json.WriteString("user", item.RequiredText("user"));
        json.WriteString("team", item.Text("team"));
        json.WriteString("permission", item.Text("permission"));
        json.WriteString("role", item.Text("role"));
    }

    private static Application.Command CommandOf(BodyValues body, BodyValues item)
    {
        var (user, team, reason, isGiving) = (item.RequiredText("user"), item.Text("team"), body.Text("reason"), body.RequiredText("action") == "give");
        return TeamRoutes.Command((item.Text("permission"), item.Text("role")) switch
        {
            ({ } permission, null) => TeamCommand.NewChangeGrant(
                user, team, permission, isGiving ? GrantStep.NewGrant(null, body.Time("expiresAt"), reason) : GrantStep.NewRevoke(reason)),
            (null, { } role) => TeamCommand.NewChangeAssignment(
                user, team, role, isGiving ? AssignmentStep.NewAssign(body.Time("expiresAt")) : AssignmentStep.NewRevoke(reason)),
            _ => throw new ProblemException(Problem.Field("permission", "either this or role must be given")),
        });
    }
}
