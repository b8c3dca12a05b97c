using System.Text;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>What must not come through: each is the right problem, stores nothing, and is never a 500.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private RunningServer server = null!;
    private string userId = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RunningServer.Start();
        userId = await server.Root.NewUser("somebody@example.org");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    public static TheoryData<string, string> Malformed => new()
    {
        { "empty", "" },
        { "not JSON", "hello" },
        { "cut off", """{"email":"a@example.org" """ },
        { "trailing comma", """{"email":"a@example.org",}""" },
        { "comment", """{"email":"a@example.org" /* c */}""" },
        { "single quotes", "{'email':'a@example.org'}" },
        { "two values", "{}{}" },
        { "raw control character", "{\"email\":\"a\u0001b\"}" },
        { "raw line break in text", "{\"email\":\"a\nb\"}" },
        { "bad escape", """{"email":"\x41"}""" },
        { "NaN", """{"email":NaN}""" },
        { "deep list", new string('[', 100_000) },
        { "deep object", string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) },
        { "deep and closed", new string('[', 100_000) + new string(']', 100_000) },
        { "byte order mark", "\uFEFF{}" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task What_is_not_JSON_is_malformed(string what, string body)
    {
        Assert.NotEmpty(what);
        await Unchanged(async () =>
        {
            (await server.Root.Post("/users", body)).IsProblem(400, "malformed-json");
            (await server.Nobody.Post("/users", body)).IsProblem(400, "malformed-json");
            (await server.Nobody.Post("/sessions", body)).IsProblem(400, "malformed-json");
            if (body.Length > 0)
            {
                (await server.Root.Patch("/users/" + userId, body)).IsProblem(400, "malformed-json");
            }
        });
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_malformed() => await Unchanged(async () =>
    {
        foreach (var bytes in new byte[][] { [0xFF, 0xFE, 0x7B], [.. "{\"email\":\""u8, 0xC3, 0x28, .. "\"}"u8], Encoding.Unicode.GetBytes("{}") })
        {
            (await server.Root.SendBytes(HttpMethod.Post, "/users", bytes, "application/json")).IsProblem(400, "malformed-json");
        }
    });

    public static TheoryData<string, string> Invalid => new()
    {
        { """[]""", "$" },
        { "\"text\"", "$" },
        { "null", "$" },
        { "17", "$" },
        { """{"email":"a@example.org","name":"A"}""", "type" },
        { """{"email":"a@example.org","name":"A","type":"guest"}""", "type" },
        { """{"email":"a@example.org","name":"A","type":"Standard"}""", "type" },
        { """{"email":17,"name":"A","type":"standard"}""", "email" },
        { """{"email":{"a":[1,2,{"b":3}]},"name":"A","type":"standard"}""", "email" },
        { """{"email":null,"name":"A","type":"standard"}""", "email" },
        { """{"email":"no address","name":"A","type":"standard"}""", "email" },
        { """{"email":"a@example.org","name":"","type":"standard"}""", "name" },
        { """{"email":"a@example.org","name":"A","type":"standard","colour":"red"}""", "colour" },
        { """{"email":"a@example.org","email":"b@example.org","name":"A","type":"standard"}""", "email" },
        { """{"email":"a@example.org","name":"A\u0000B","type":"standard"}""", "name" },
        { """{"email":"a@example.org","name":"A\u001bB","type":"standard"}""", "name" },
        { """{"email":"a@example.org","name":"A\u0085B","type":"standard"}""", "name" },
        { """{"email":"a@example.org","name":"A\ud800B","type":"standard"}""", "name" },
        { """{"email":"a@example.org","name":"A\udc00","type":"standard"}""", "name" },
        { """{"email":"a@example.org","name":"A\u202eB","type":"standard"}""", "name" },
        { """{"email":"a@example.org","name":"A","type":"standard","activate":"yes"}""", "activate" },
        { """{"email":"a@example.org","name":"A","type":"standard","activate":1}""", "activate" },
        { """{"email":"a@example.org","name":"A","type":"standard","profile":[]}""", "profile" },
        { """{"email":"a@example.org","name":"A","type":"standard","profile":{"bio":7} }""", "profile.bio" },
        { """{"email":"a@example.org","name":"A","type":"standard","profile":{"bio":"\ud800"} }""", "profile.bio" },
        { """{"email":"a@example.org","name":"A","type":"standard","profile":{"bio":"1","bio":"2"} }""", "profile.bio" },
        { """{"email":"a@example.org","name":"A","type":"standard","profile":{"country":"Germany"} }""", "profile.country" },
        { """{"email":"a@example.org","name":"A","type":"standard","password":123456789012}""", "password" },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task What_is_not_as_it_must_be_is_named_by_field(string body, string field) => await Unchanged(async () =>
    {
        Assert.Contains(field, (await server.Root.Post("/users", body)).IsProblem(422, "validation-failed").ErrorFields);
        Assert.Contains(field, (await server.Root.Post("/users?dryRun=true", body)).IsProblem(422, "validation-failed").ErrorFields);
        Assert.Contains(field, (await server.Nobody.Post("/users", body)).IsProblem(422, "validation-failed").ErrorFields);
    });

    [Theory]
    [InlineData("")]
    [InlineData("umsv_")]
    [InlineData("umsv_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("umsv_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("ums_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_token_proves_no_address(string token) => await Unchanged(async () =>
    {
        (await server.Nobody.Post($"/users/{userId}/email/verify", $$"""{"token":"{{token}}"}""")).IsProblem(409, "invalid-token");
        (await server.Nobody.Post($"/users/{userId}/email/verify?dryRun=true", $$"""{"token":"{{token}}"}""")).IsProblem(409, "invalid-token");
    });

    [Fact]
    public async Task Text_has_limits() => await Unchanged(async () =>
    {
        foreach (var (field, value) in new[] { ("name", new string('n', 256)), ("email", new string('e', 250) + "@example.org"), ("password", "Aa1!" + new string('p', 253)) })
        {
            var fields = new Dictionary<string, string> { ["email"] = "limits@example.org", ["name"] = "L", ["type"] = "standard", [field] = value };
            var reply = await server.Root.Post("/users", System.Text.Json.JsonSerializer.Serialize(fields));
            Assert.Contains(field, reply.IsProblem(422, "validation-failed").ErrorFields);
        }

        var bio = $$"""{"profile":{"bio":"{{new string('b', 1001)}}"} }""";
        Assert.Contains("profile.bio", (await server.Root.Patch("/users/" + userId, bio)).IsProblem(422, "validation-failed").ErrorFields);
        var keys = string.Join(',', Enumerable.Range(0, 5000).Select(n => $"\"k{n}\":\"v\""));
        (await server.Root.Patch("/users/" + userId, "{\"preferences\":{" + keys + "}}")).IsProblem(422, "validation-failed");
        (await server.Root.Patch("/users/" + userId, "{" + keys + "}")).IsProblem(422, "validation-failed");
    });

    [Fact]
    public async Task Bodies_have_a_size() => await Unchanged(async () =>
    {
        foreach (var size in new[] { 1024 * 1024 + 1, 10 * 1024 * 1024 })
        {
            var body = new byte[size];
            Array.Fill(body, (byte)' ');
            (await server.Root.SendBytes(HttpMethod.Post, "/users", body, "application/json")).IsProblem(413, "body-too-large");
            (await server.Nobody.SendBytes(HttpMethod.Post, "/sessions", body, "application/json")).IsProblem(413, "body-too-large");
        }
    });

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData(null)]
    public async Task Bodies_are_JSON(string? type) => await Unchanged(async () =>
        (await server.Root.SendBytes(HttpMethod.Post, "/users", "{}"u8.ToArray(), type)).IsProblem(415, "unsupported-media-type"));

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/merge-patch+json")]
    public async Task Kinds_of_JSON_are_JSON(string type) =>
        (await server.Root.SendBytes(HttpMethod.Patch, "/users/" + userId, """{"name":"Json"}"""u8.ToArray(), type)).Is(200);

    [Theory]
    [InlineData("nobody")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("99999999999999999999999")]
    [InlineData("0190c1e2-4c1a-7d6e-9c1f-0f6a2b3c4d5e")]
    [InlineData("0190C1E2-4C1A-7D6E-9C1F-0F6A2B3C4D5E")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("a%2Fb")]
    [InlineData("'%20OR%201=1--")]
    public async Task Ids_of_the_wrong_kind_name_nobody(string id) => await Unchanged(async () =>
    {
        (await server.Root.Get("/users/" + id)).Is(404);
        (await server.Root.Get($"/users/{id}/events")).Is(404);
        (await server.Root.Get($"/users/{id}/timeline")).Is(404);
        (await server.Root.Get("/operations/" + id)).Is(404);
        (await server.Root.Patch("/users/" + id, """{"name":"X"}""")).Is(404);
        (await server.Root.Post($"/users/{id}/suspend", """{"reason":"x"}""")).Is(404);
        (await server.Root.Post($"/users/{id}/suspend?dryRun=true", """{"reason":"x"}""")).Is(404);
    });

    [Fact]
    public async Task An_address_with_a_null_in_it_is_no_request() =>
        (await server.Root.SendRaw(HttpMethod.Get, "/api/v1/users/%00", null, null)).Is(400);

    [Theory]
    [InlineData("/users?limit=0")]
    [InlineData("/users?limit=-1")]
    [InlineData("/users?limit=201")]
    [InlineData("/users?limit=ten")]
    [InlineData("/users?limit=99999999999999999999")]
    [InlineData("/users?limit=")]
    [InlineData("/users?limit=1&limit=2")]
    [InlineData("/users?sort=password")]
    [InlineData("/users?sort=createdAt;drop")]
    [InlineData("/users?type=guest")]
    [InlineData("/users?state=dead")]
    [InlineData("/users?colour=red")]
    [InlineData("/users?Limit=1")]
    [InlineData("/users?search=%00")]
    [InlineData("/users?dryRun=true")]
    [InlineData("/events?after=-1")]
    [InlineData("/events?after=x")]
    [InlineData("/events?stream=nostream")]
    [InlineData("/me?x=1")]
    public async Task Unknown_or_impossible_parameters_are_named(string path) =>
        (await server.Root.Get(path)).IsProblem(422, "validation-failed");

    [Theory]
    [InlineData("X-Consistency-Level", "sometimes")]
    [InlineData("X-Consistency-Level", "")]
    [InlineData("X-Min-Position", "-1")]
    [InlineData("X-Min-Position", "x")]
    [InlineData("X-Min-Position", "99999999999999999999")]
    public async Task Headers_have_a_form(string name, string value) =>
        (await server.Root.Get("/users/" + userId, (name, value))).IsProblem(400, "invalid-header");

    [Theory]
    [InlineData("maybe")]
    [InlineData("TRUE")]
    [InlineData("1")]
    [InlineData("")]
    public async Task A_dry_run_is_asked_for_clearly(string value) => await Unchanged(async () =>
        (await server.Root.Post("/users?dryRun=" + value, """{"email":"dry@example.org","name":"Dry","type":"standard"}""")).IsProblem(422, "validation-failed"));

    [Fact]
    public async Task Searches_for_anything_find_or_find_not()
    {
        foreach (var search in new[] { "\"", "'", "*", "a*", "NEAR(a b)", "name:x", "AND", "(", "-", "😀", new string('x', 255), "%", "_", "^", "a\" OR \"b" })
        {
            (await server.Root.Get("/users?search=" + Uri.EscapeDataString(search))).Is(200);
        }
    }

    [Fact]
    public async Task What_is_not_there_is_a_problem_as_well()
    {
        (await server.Root.SendRaw(HttpMethod.Get, "/nothing", null, null)).IsProblem(404, "not-found");
        (await server.Root.SendRaw(HttpMethod.Get, "/api/v1/nothing", null, null)).IsProblem(404, "not-found");
        var wrong = (await server.Root.SendRaw(HttpMethod.Delete, "/api/v1/users", null, null)).IsProblem(405, "method-not-allowed");
        Assert.Contains("POST", wrong.Header("Allow"));
    }

    private async Task Unchanged(Func<Task> attempt)
    {
        var before = (await server.Root.Get("/events?limit=1")).Is(200).Json.GetProperty("total").GetInt64();
        await attempt();
        Assert.Equal(before, (await server.Root.Get("/events?limit=1")).Is(200).Json.GetProperty("total").GetInt64());
    }
}
