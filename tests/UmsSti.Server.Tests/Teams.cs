using System.Text.Json;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Builds teams over HTTP, for the tests about them.</summary>
internal static class Teams
{
    /// <summary>Creates a team; its id.</summary>
    public static async Task<string> NewTeam(this ApiClient api, string name, string type, string? parent = null) =>
        (await api.Post("/teams", parent is null
            ? $$"""{"name":"{{name}}","type":"{{type}}"}"""
            : $$"""{"name":"{{name}}","type":"{{type}}","parentId":"{{parent}}"}""")).Is(201)["id"];

    /// <summary>A new active user of a type on a server of one's own, and a client that is signed in as him.</summary>
    public static async Task<(string Id, ApiClient Api)> NewCaller(this RunningServer server, string name, string type = "standard")
    {
        var email = name + "@example.org";
        var id = await server.Root.NewUser(email, "Caller", type);
        if (type == "admin")
        {
            (await server.Root.Post($"/users/{id}/activate")).Is(200);
        }

        return (id, server.Nobody.As(await server.Nobody.SignIn(email, TestOptions.UserPassword)));
    }

    /// <summary>Where the log stands.</summary>
    public static async Task<long> Head(this RunningServer server) =>
        (await server.Root.Get("/events?limit=1")).Is(200).Json.GetProperty("total").GetInt64();

    /// <summary>Adds a member.</summary>
    public static async Task Join(this ApiClient api, string team, string user, string role) =>
        (await api.Post($"/teams/{team}/members", $$"""{"userId":"{{user}}","role":"{{role}}"}""")).Is(201);

    /// <summary>Whether a user may do something, and by what.</summary>
    public static async Task<(bool Allowed, string? By)> MayHe(this ApiClient api, string user, string permission, string? team, string at = "")
    {
        var answer = (await api.Get($"/permissions/check?user={user}&permission={permission}{(team is null ? "" : "&team=" + team)}{at}")).Is(200).Json;
        return (answer.GetProperty("allowed").GetBoolean(), answer.GetProperty("accessType").GetString());
    }

    /// <summary>Texts of a list.</summary>
    public static string[] Texts(this JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetString()!)];
}
