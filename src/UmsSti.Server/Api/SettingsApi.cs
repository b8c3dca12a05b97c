using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Settings of the installation: the depth limit and policies (stream <c>Settings-system</c>).</summary>
internal sealed class SettingsApi(EntityAnswers answers, TeamHistories histories, Reading reading, Heads heads)
{
    private static readonly AnswerShape Setting = new(
        "SystemSetting",
        new AnswerField("key", AnswerKind.Text, "Its name.") { OneOf = [.. SystemSettings.Setting.All.Select(setting => setting.Key)] },
        new AnswerField("value", AnswerKind.Text, "What holds; where it was never set, what the program was started with."),
        new AnswerField("version", AnswerKind.Number, "Changes of all settings so far; also the ETag."));

    public static readonly ApiOperation ListOperation = new("listSettings", HttpMethods.Get, "/settings", "Operations", "The settings of the installation")
    {
        Query = [QueryParameter.AsOf, QueryParameter.AtPosition],
        Answers = [new ApiAnswer(200, "Every setting with what holds.", AnswerShape.ListOf(Setting))],
    };

    public static readonly ApiOperation SetOperation = TeamRoutes.Change("setSetting", HttpMethods.Put, "/settings/{key}", "Operations", "Set a setting of the installation") with
    {
        Description = "max_hierarchy_depth (1 to 64; a value below what is there blocks growth and moves nothing), hierarchy_depth_warning (levels from which on /hierarchy/statistics warns; 0 for none), role_assignments_need_approval (true or false).",
        RouteParameters = new Dictionary<string, string> { ["key"] = "The setting's key." },
        Body = TeamShapes.Setting,
        Answers = [new ApiAnswer(200, "The setting; with dryRun the plan.", Setting)],
    };

    public async Task List(ApiCall call)
    {
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.ChangeSystemSettings));
        var settings = await histories.Settings(TeamRoutes.MomentOf(call, heads.Domain), call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, TeamRoutes.PositionOf(call, heads.Domain));
        await Lists.Answer(call.Http, settings, null, settings.Length, EntityJson.Write);
    }

    public async Task Set(ApiCall call) => await answers.Run(
        call, TeamRoutes.Command(TeamCommand.NewChangeSystemSetting(call.Route("key"), (await call.Body()).RequiredText("value"))));
}
