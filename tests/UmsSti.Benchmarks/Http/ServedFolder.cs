using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;

namespace UmsSti.Benchmarks.Http;

/// <summary>
/// A data folder as a server leaves it: the first system user, one administrator (whose calls are no bypass and leave no extra
/// traces), many people, and a read model that is current. Made once a run.
/// </summary>
internal static class ServedFolder
{
    public const string AdministratorEmail = "administrator@example.org";
    private static readonly Dictionary<int, string> Made = [];

    /// <summary>The folder with that many people; rows may change people in it, one row after the other.</summary>
    public static async Task<string> With(Run run, int people, CancellationToken ct)
    {
        if (Made.TryGetValue(people, out var folder))
            return folder;
        folder = run.NewFolder($"served-{people}");
        await using (var server = await ServerProcess.StartOurs(folder, ct))
            await CreateAdministrator(server.Client, AdministratorEmail, ct);
        await using (var logs = Logs.Open(folder))
            await Seed.People(logs, people, ct);
        await using (var server = await ServerProcess.StartOurs(folder, ct))
            Run.Say($"first start on {people:N0} people took {server.TimeToReady.TotalSeconds:0.0} s to ready");
        Made.Add(people, folder);
        return folder;
    }

    /// <summary>A token of the administrator.</summary>
    public static Task<string> SignIn(HttpClient client, CancellationToken ct) => SignIn(client, AdministratorEmail, ct);

    /// <summary>Makes an active administrator with that address; his id.</summary>
    public static async Task<string> CreateAdministrator(HttpClient client, string email, CancellationToken ct)
    {
        var system = await SignIn(client, Bootstrap.Email, ct);
        using var create = new HttpRequestMessage(HttpMethod.Post, "/api/v1/users")
        {
            Content = JsonContent.Create(new
            {
                email,
                name = "The Administrator",
                type = "admin",
                password = Bootstrap.Password,
                activate = true,
            }),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", system) },
        };
        var created = await Send(client, create, ct);
        var id = created["id"]!.GetValue<string>();
        if (created["state"]!.GetValue<string>() == "active")
            return id;
        using var approve = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/users/{id}/activate")
        {
            Content = JsonContent.Create(new { }),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", system) },
        };
        await Send(client, approve, ct);
        return id;
    }

    /// <summary>A token of somebody whose password is <see cref="Bootstrap.Password"/>.</summary>
    public static async Task<string> SignIn(HttpClient client, string email, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions")
        {
            Content = JsonContent.Create(new { email, password = Bootstrap.Password }),
        };
        return (await Send(client, request, ct))["token"]!.GetValue<string>();
    }

    private static async Task<JsonNode> Send(HttpClient client, HttpRequestMessage request, CancellationToken ct)
    {
        using var answer = await client.SendAsync(request, ct);
        var body = await answer.Content.ReadAsStringAsync(ct);
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(body)!
            : throw new InvalidOperationException($"{request.Method} {request.RequestUri} was answered with {(int)answer.StatusCode}: {body}");
    }
}
