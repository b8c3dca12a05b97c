using System.Text.Json;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>What lists, histories and reports of people tell about teams, and to whom.</summary>
public sealed class TeamReportTests(SharedServer server)
{
    [Fact]
    public async Task Users_of_a_team_are_its_active_members_for_those_who_see_the_team()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var (_, _, outsider) = await server.NewCaller("admin");
        var team = await admin.NewTeam("Listed", "organization");
        var (active, suspended, gone) = (await NewMember("member"), await NewMember("observer"), await NewMember("leader"));
        (await admin.Post($"/teams/{team}/members/{suspended}/suspend", """{"reason":"odd"}""")).Is(200);
        (await admin.Delete($"/teams/{team}/members/{gone}")).Is(204);
        var page = (await admin.Get($"/users?team={team}&type=standard")).Is(200);
        Assert.Equal([active], page.Json.GetProperty("items").EnumerateArray().Select(user => user.GetProperty("id").GetString()));
        Assert.Equal(1, page.Json.GetProperty("total").GetInt32());
        Assert.Equal(2, (await server.Root.Get($"/users?team={team}&sort=-name&limit=1")).Is(200).Json.GetProperty("total").GetInt32()); // with the creator
        Assert.Equal(0, (await admin.Get($"/users?team={team}&search=nobody")).Is(200).Json.GetProperty("total").GetInt32());

        (await outsider.Get($"/users?team={team}")).IsProblem(404, "not-found");
        (await admin.Get("/users?team=01ARZ3NDEKTSV4RRFFQ69G5FAV")).IsProblem(404, "not-found");
        (await server.Root.Get("/users?team=01ARZ3NDEKTSV4RRFFQ69G5FAV")).IsProblem(404, "not-found");
        (await admin.Get("/users?team=nonsense")).IsProblem(404, "not-found");
        (await server.Nobody.As(await server.Nobody.SignIn(await EmailOf(active), TestOptions.UserPassword)).Get($"/users?team={team}")).IsProblem(403, "forbidden");

        async Task<string> NewMember(string role)
        {
            var id = await server.Root.NewUser(server.NewEmail("listed"));
            await admin.Join(team, id, role);
            return id;
        }

        async Task<string> EmailOf(string id) => (await server.Root.Get($"/users/{id}")).Is(200)["email"];
    }

    [Fact]
    public async Task A_timeline_tells_of_teams_to_the_person_and_to_those_inside()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var (_, _, outsider) = await server.NewCaller("admin");
        var (person, _, own) = await server.NewCaller();
        var (team, other) = (await admin.NewTeam("Told", "organization"), await server.Root.NewTeam("Elsewhere", "organization"));
        await admin.Join(team, person, "member");
        (await admin.Patch($"/teams/{team}/members/{person}", """{"role":"leader"}""")).Is(200);
        await server.Root.Join(other, person, "observer");
        (await own.Post($"/teams/{other}/leave")).Is(200);

        string[] inTeam = ["TeamMemberAdded", "TeamMemberRoleChanged"];
        string[] all = [.. inTeam, "TeamMemberAdded", "MemberLeft"];
        Assert.Equal(all, await OfTeams(own));
        Assert.Equal(all, await OfTeams(server.Root));
        Assert.Equal(inTeam, await OfTeams(admin));
        Assert.Empty(await OfTeams(outsider));
        Assert.NotEmpty((await outsider.Get($"/users/{person}/timeline")).Is(200).Json.GetProperty("items").EnumerateArray());

        async Task<string[]> OfTeams(ApiClient caller) =>
            [.. (await caller.Get($"/users/{person}/timeline")).Is(200).Json.GetProperty("items").EnumerateArray()
                .Where(fact => fact.GetProperty("kind").GetString() == "membership").Select(fact => fact.GetProperty("type").GetString()!)];
    }

    [Fact]
    public async Task Engagement_of_users_and_activity_of_teams_are_for_reports()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var (_, _, outsider) = await server.NewCaller("admin");
        var (person, _, own) = await server.NewCaller();
        var before = await Today("teams.created.total");
        var team = await admin.NewTeam("Counted", "organization");
        await admin.Join(team, person, "member");
        (await own.Patch($"/users/{person}", """{"profile":{"bio":"here"}}""")).Is(200);

        var day = Last(await admin.Get($"/analytics/users/{person}/daily"));
        Assert.Equal((1, 1), (day.GetProperty("logins").GetInt32(), day.GetProperty("actions").GetInt32()));
        Assert.Equal(JsonValueKind.String, day.GetProperty("lastAt").ValueKind);
        Assert.Equal(30, (await admin.Get($"/analytics/users/{person}/daily")).Is(200).Json.GetProperty("total").GetInt32());
        var activity = Last(await admin.Get($"/analytics/teams/{team}/daily"));
        Assert.Equal((2, 2, 0, 1), (Number(activity, "members"), Number(activity, "joined"), Number(activity, "left"), Number(activity, "activeUsers")));
        Assert.True(await Today("teams.created.total") > before);
        Assert.True(await Today("teams.members.added.by_role.member") > 0);

        (await own.Get($"/analytics/users/{person}/daily")).IsProblem(403, "forbidden");
        (await own.Get($"/analytics/teams/{team}/daily")).IsProblem(403, "forbidden"); // a member, but of no reports
        (await outsider.Get($"/analytics/teams/{team}/daily")).IsProblem(404, "not-found"); // reports, but no member
        (await server.Nobody.Get($"/analytics/teams/{team}/daily")).IsProblem(401, "unauthenticated");
        (await admin.Get("/analytics/users/2001/daily")).IsProblem(404, "not-found");
        (await server.Root.Get("/analytics/teams/01ARZ3NDEKTSV4RRFFQ69G5FAV/daily")).IsProblem(404, "not-found");
        (await admin.Get($"/analytics/users/{person}/daily?from=2026-02-01&to=2026-01-01")).IsProblem(422, "validation-failed");

        async Task<double> Today(string metric) => Last(await server.Root.Get($"/analytics/daily?metric={metric}")).GetProperty("value").GetDouble();
    }

    private static JsonElement Last(Reply reply) => reply.Is(200).Json.GetProperty("items").EnumerateArray().Last();

    private static int Number(JsonElement entry, string field) => entry.GetProperty(field).GetInt32();
}
