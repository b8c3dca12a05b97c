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
