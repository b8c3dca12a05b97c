using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace UmsSti.Benchmarks.Http;

/// <summary>The first system user of a folder that the benchmarks make, and its sign-in.</summary>
internal static class Bootstrap
{
    public const string Email = "root@example.org";

    /// <summary>Of a throw-away folder; long enough for every policy.</summary>
    public const string Password = "Measured-Twice-0nce!";

    /// <summary>A token for the system user.</summary>
    public static async Task<string> SignIn(HttpClient client, CancellationToken ct)
    {
        using var answer = await client.PostAsJsonAsync("/api/v1/sessions", new { email = Email, password = Password }, ct);
        var body = await answer.Content.ReadAsStringAsync(ct);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"Signing in was answered with {(int)answer.StatusCode}: {body}");
        return JsonNode.Parse(body)!["token"]!.GetValue<string>();
    }
}
