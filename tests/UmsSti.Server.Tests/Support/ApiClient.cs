using System.Net.Http.Headers;
using System.Text;

namespace UmsSti.Server.Tests.Support;

/// <summary>A client of the API. Every answer is held against the API description of the server, so no test can see one that is not described.</summary>
internal sealed class ApiClient(HttpClient http, ContractCheck? contract, string? token = null)
{
    public const string Base = "/api/v1";

    /// <summary>The same client with another caller; null is nobody.</summary>
    public ApiClient As(string? bearer) => new(http, contract, bearer);

    public Task<Reply> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    public Task<Reply> Post(string path, string? json = null, params (string Name, string Value)[] headers) => Send(HttpMethod.Post, path, json, headers);

    public Task<Reply> Patch(string path, string json, params (string Name, string Value)[] headers) => Send(HttpMethod.Patch, path, json, headers);

    public Task<Reply> Put(string path, string json, params (string Name, string Value)[] headers) => Send(HttpMethod.Put, path, json, headers);

    public Task<Reply> Delete(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Delete, path, null, headers);

    /// <summary>Sends a request to a path below the base.</summary>
    public Task<Reply> Send(HttpMethod method, string path, string? json, (string Name, string Value)[] headers) =>
        SendBytes(method, path, json is null ? null : Encoding.UTF8.GetBytes(json), "application/json", headers);

    public async Task<Reply> SendBytes(HttpMethod method, string path, byte[]? body, string? contentType, params (string Name, string Value)[] headers)
    {
        var reply = await SendRaw(method, Base + path, body, contentType, headers);
        contract?.Check(method.Method, path, reply);
        return reply;
    }

    /// <summary>Sends a request to any path of the server.</summary>
    public async Task<Reply> SendRaw(HttpMethod method, string path, byte[]? body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        }

        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Reply(response.StatusCode, all, bytes);
    }

    /// <summary>Signs in; the token.</summary>
    public async Task<string> SignIn(string email, string password) =>
        (await As(null).Post("/sessions", $$"""{"email":"{{email}}","password":"{{password}}"}""")).Is(201)["token"];

    /// <summary>Registers an active user with <see cref="TestOptions.UserPassword"/>; his id. The caller must be allowed to.</summary>
    public async Task<string> NewUser(string email, string name = "Somebody", string type = "standard") =>
        (await Post("/users", $$"""{"email":"{{email}}","name":"{{name}}","type":"{{type}}","activate":true,"password":"{{TestOptions.UserPassword}}"}""")).Is(201)["id"];
}
