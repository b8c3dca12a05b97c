using System.Globalization;
using System.Text.Json;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.ReadModels.Hierarchy;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>
/// Where a team stands: what is above and below it, now from the read model or at a past moment from the log. Teams the caller is no
/// member of, or whose state keeps him out, are left out; what is below them stands below the nearest one he sees.
/// </summary>
internal sealed class TreeReads(TeamHierarchy hierarchy, TeamHistories histories, TeamSight sight, Reading reading, Freshness ofTeams, Freshness ofRights, Heads heads)
{
    private static readonly QueryParameter Depth = new("depth", $"Levels to go, 1 or more; {TeamHierarchy.DefaultDepth} below when not given.") { IsNumber = true };

    public static readonly ApiOperation AncestorsOperation = Tree("listAncestors", "ancestors", "The teams above, the organisation first", TeamShapes.TreeTeams);
    public static readonly ApiOperation DescendantsOperation = Tree("listDescendants", "descendants", "The teams below, by depth and then name", TeamShapes.TreeTeams);
    public static readonly ApiOperation ChildrenOperation = Tree("listChildren", "children", "The teams directly below, by name", TeamShapes.TreeTeams);
    public static readonly ApiOperation PathOperation = Tree("getTeamPath", "path", "From the organisation down to the team", TeamShapes.TreeTeams);
    public static readonly ApiOperation TreeOperation = Tree("getTeamTree", "tree", "The team with all below it, nested, by name", TeamShapes.TreeNode);

    public static readonly ApiOperation StatisticsOperation = new("getHierarchyStatistics", HttpMethods.Get, "/hierarchy/statistics", "Teams", "What the trees look like")
    {
        IsFresh = true,
        Answers = [new ApiAnswer(200, "Counts over all trees.", TeamShapes.Statistics)],
    };

    public Task Ancestors(ApiCall call) => List(
        call,
        (id, depth, scope, ct) => hierarchy.AncestorsAsync(id, depth, scope, ct),
        (tree, depth) => [.. tree.Ancestors.Reverse().Take(depth ?? int.MaxValue).Select((id, place) => (id, place + 1)).Reverse()]);

    public Task Descendants(ApiCall call) => List(
        call,
        (id, depth, scope, ct) => hierarchy.DescendantsAsync(id, depth, scope, ct),
        (tree, depth) => [.. Below(tree).Where(team => team.Depth >= 1 && team.Depth <= (depth ?? TeamHierarchy.DefaultDepth))]);

    public Task Children(ApiCall call) => List(
        call,
        (id, depth, scope, ct) => depth is { } levels ? hierarchy.AtDepthAsync(id, levels, scope, ct) : hierarchy.ChildrenAsync(id, scope, ct),
        (tree, depth) => [.. Below(tree).Where(team => team.Depth == (depth ?? 1))]);

    public Task Path(ApiCall call) => List(
        call,
        (id, _, scope, ct) => hierarchy.PathAsync(id, scope, ct),
        (tree, _) => [.. tree.Path.Reverse().Select((id, place) => (id, place)).Reverse()]);

    public async Task Nested(ApiCall call)
    {
        var (id, depth, moment) = await Asked(call);
        if (moment is { } past)
        {
            var teams = await Past(call, id, past, tree => [.. Below(tree).Where(team => team.Depth <= (depth ?? TeamHierarchy.DefaultDepth))], null);
            var seen = await sight.Of(call, heads.Domain);
            await AnswerNested(call, Nest(teams, id.Value, seen), TeamRoutes.PositionOf(call, heads.Domain));
            return;
        }

        var position = await Reach(call);
        var scope = await sight.Of(call, position);
        var node = await Lists.Read(async () => await hierarchy.TreeAsync(id.Value, depth, scope, call.Ct));
        await AnswerNested(call, node ?? throw TeamRoutes.NotFound("team"), position);
    }

    public async Task Statistics(ApiCall call)
    {
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.ViewHierarchyStatistics));
        var position = await ofTeams.Reach(call);
        var statistics = await hierarchy.StatisticsAsync(call.Ct);
        var settings = await histories.Settings(Moment.Now, call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, position);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, (statistics, WarnFrom(settings)), static (json, it) =>
        {
            var (counts, warnFrom) = it;
            json.WriteStartObject();
            json.WriteNumber("teams", counts.Teams);
            json.WriteNumber("roots", counts.Roots);
            json.WriteNumber("leaves", counts.Leaves);
            json.WriteNumber("maxDepth", counts.MaxDepth);
            json.WriteStartArray("warnings");
            if (warnFrom > 0 && counts.MaxDepth >= warnFrom)
            {
                json.WriteStringValue($"The deepest tree has {counts.MaxDepth} levels; hierarchy_depth_warning is {warnFrom}.");
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    // The level from which on to warn (TM-12); 0 for never.
    private static int WarnFrom(SettingView[] settings) =>
        int.Parse(settings.Single(setting => setting.Key == SystemSettings.Setting.HierarchyDepthWarning.Key).Value, CultureInfo.InvariantCulture);

    private delegate Task<IReadOnlyList<TreeTeam>?> LiveRead(string id, int? depth, IReadOnlySet<string>? scope, CancellationToken ct);

    private async Task List(ApiCall call, LiveRead live, Func<TreeAt, int?, IReadOnlyList<(string Id, int Depth)>> past)
    {
        var (id, depth, moment) = await Asked(call);
        IReadOnlyList<TreeTeam>? teams;
        long position;
        if (moment is { } then)
        {
            teams = await Past(call, id, then, tree => past(tree, depth), await sight.Of(call, heads.Domain));
            position = TeamRoutes.PositionOf(call, heads.Domain);
        }
        else
        {
            position = await Reach(call);
            var scope = await sight.Of(call, position);
            teams = await Lists.Read(async () => await live(id.Value, depth, scope, call.Ct));
        }

        RequestHeaders.SetPosition(call.Http.Response, position);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, teams ?? throw TeamRoutes.NotFound("team"), static (json, all) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (var team in all)
            {
                json.WriteStartObject();
                WriteFields(json, team);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>The team, the levels and the moment a request asks for; null is now. The caller may see the team.</summary>
    private async Task<(TeamId Id, int? Depth, Moment? Moment)> Asked(ApiCall call)
    {
        var id = TeamRoutes.IdOf(call);
        var depth = call.Query.Number(Depth.Name);
        if (depth is < 1 or > int.MaxValue)
        {
            throw new ProblemException(Problem.Field(Depth.Name, string.Create(CultureInfo.InvariantCulture, $"must be between 1 and {int.MaxValue}")));
        }

        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewTeam(id)));
        var isPast = call.Query.Text(QueryParameter.AsOf.Name) is not null || call.Query.Text(QueryParameter.AtPosition.Name) is not null;
        return (id, (int?)depth, isPast ? TeamRoutes.MomentOf(call, heads.Domain) : null);
    }

    private async Task<long> Reach(ApiCall call) => Math.Min(await ofTeams.Reach(call), await ofRights.Reach(call));

    /// <summary>Teams of a past tree. The caller sees of the past what he sees today.</summary>
    private async Task<List<TreeTeam>> Past(
        ApiCall call, TeamId id, Moment moment, Func<TreeAt, IReadOnlyList<(string Id, int Depth)>> choose, IReadOnlySet<string>? scope)
    {
        var found = await histories.TryTree(id.Value, moment, call.Ct);
        var chosen = choose(found.IsSome ? found.Value : throw TeamRoutes.NotFound("team"));
        var teams = new List<TreeTeam>();
        foreach (var (each, depth) in chosen.Where(team => scope?.Contains(team.Id) != false).Take(TeamHierarchy.MaxTeams))
        {
            var view = await histories.TryTeam(each, moment, call.Ct);
            if (view.IsSome)
            {
                var team = view.Value;
                teams.Add(new TreeTeam(team.Id, team.Slug, team.Name, team.Type, team.State, team.ParentId, depth));
            }
        }

        // Above there is one team a depth, the organisation first; below, names order those of one depth.
        return teams.Count > 1 && teams[0].Depth > teams[^1].Depth
            ? teams
            : [.. teams.OrderBy(team => team.Depth).ThenBy(team => team.Name, StringComparer.OrdinalIgnoreCase).ThenBy(team => team.Id, StringComparer.Ordinal)];
    }

    private static IEnumerable<(string Id, int Depth)> Below(TreeAt tree) => tree.Subtree.Select(team => (team.Item1, team.Item2));

    private static TreeNode Nest(List<TreeTeam> teams, string id, IReadOnlySet<string>? scope) =>
        teams.Exists(team => team.Id == id) ? TeamHierarchy.Nest(teams, id, scope) : throw TeamRoutes.NotFound("team");

    private static async Task AnswerNested(ApiCall call, TreeNode node, long position)
    {
        RequestHeaders.SetPosition(call.Http.Response, position);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, node, WriteNode);
    }

    private static void WriteNode(Utf8JsonWriter json, TreeNode node)
    {
        json.WriteStartObject();
        WriteFields(json, node.Team);
        json.WriteStartArray("children");
        foreach (var child in node.Children)
        {
            WriteNode(json, child);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, TreeTeam team)
    {
        json.WriteString("id", team.Id);
        json.WriteString("slug", team.Slug);
        json.WriteString("name", team.Name);
        json.WriteString("type", team.Type);
        json.WriteString("state", team.State);
        json.WriteString("parentId", team.ParentId);
        json.WriteNumber("depth", team.Depth);
    }

    private static ApiOperation Tree(string id, string path, string summary, AnswerShape answer) => new(id, HttpMethods.Get, "/teams/{id}/" + path, "Teams", summary)
    {
        Description = "Teams the caller would be refused at are left out.",
        RouteParameters = TeamRoutes.Id,
        Query = [Depth, QueryParameter.AsOf, QueryParameter.AtPosition],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "As the caller sees it.", answer)],
    };
}
