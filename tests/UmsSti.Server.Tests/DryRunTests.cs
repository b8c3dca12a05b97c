using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Every command can be tried: the same answer or problem, and nothing stored.</summary>
public sealed class DryRunTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async ValueTask InitializeAsync() => server = await RunningServer.Start();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_plan_is_what_then_happens()
    {
        var id = await server.Root.NewUser("planned@example.org");
        foreach (var (method, path, body) in new[]
        {
            ("PATCH", $"/users/{id}", """{"name":"Planned","profile":{"city":"Bern"} }"""),
            ("POST", $"/users/{id}/email", """{"newEmail":"planned2@example.org"}"""),
            ("POST", $"/users/{id}/suspend", """{"reason":"because"}"""),
            ("POST", $"/users/{id}/archive", """{"reason":"because"}"""),
        })
        {
            var head = await Head();
            var plan = (await server.Root.Send(HttpMethod.Parse(method), path + "?dryRun=true", body, [])).Is(200);
            Assert.Equal(head, await Head());
            var done = (await server.Root.Send(HttpMethod.Parse(method), path, body, [])).Is(200);
            var stored = (await server.Root.Get($"/events?after={head}")).Is(200).Json.GetProperty("items").EnumerateArray().ToList();
            var planned = plan.Json.GetProperty("events").EnumerateArray().ToList();
            Assert.Equal(stored.Select(Place).Order(), planned.Select(Place).Order());
            Assert.Equal(done["state"], plan.Json.GetProperty("result").GetProperty("state").GetString());
            Assert.Equal(done["name"], plan.Json.GetProperty("result").GetProperty("name").GetString());
            Assert.Equal(done.Json.GetProperty("version").GetInt64(), plan.Json.GetProperty("result").GetProperty("version").GetInt64());
        }

        static string Place(System.Text.Json.JsonElement one) => one.GetProperty("stream").GetString() + " " + one.GetProperty("type").GetString();
    }

    [Fact]
    public async Task A_plan_that_would_be_refused_is_refused()
    {
        var id = await server.Root.NewUser("refused@example.org");
        var head = await Head();
        (await server.Root.Post($"/users/{id}/activate?dryRun=true")).Is(200);
        (await server.Root.Post($"/users/{id}/unsuspend?dryRun=true", """{"note":"n"}""")).IsProblem(409, "invalid-transition");
        (await server.Root.Post($"/users/{id}/suspend?dryRun=true", "{}")).IsProblem(422, "validation-failed");
        (await server.Root.Patch($"/users/{id}?dryRun=true", """{"name":"x"}""", ("If-Match", "\"7\""))).IsProblem(412, "version-mismatch");
        (await server.Root.Post("/users?dryRun=true", """{"email":"refused@example.org","name":"Twice","type":"standard"}""")).IsProblem(409, "email-taken");
        (await server.Root.Post($"/users/{id}/email/verify?dryRun=true", """{"token":"umsv_none"}""")).IsProblem(409, "invalid-token");
        (await server.Nobody.Post($"/users/{id}/suspend?dryRun=true", """{"reason":"r"}""")).IsProblem(401, "unauthenticated");
        Assert.Equal(head, await Head());
    }

    [Fact]
    public async Task A_planned_registration_makes_nobody()
    {
        var head = await Head();
        var plan = (await server.Root.Post("/users?dryRun=true", """{"email":"maybe@example.org","name":"Maybe","type":"standard","activate":true}""", ("Idempotency-Key", "planned"))).Is(200).Json;
        Assert.Equal(3, plan.GetProperty("events").GetArrayLength());
        Assert.Equal("active", plan.GetProperty("result").GetProperty("state").GetString());
        Assert.Equal(head, await Head());
        (await server.Root.Post("/users", """{"email":"maybe@example.org","name":"Maybe","type":"standard"}""", ("Idempotency-Key", "planned"))).Is(201);
    }

    private async Task<long> Head() => (await server.Root.Get("/events?limit=1")).Is(200).Json.GetProperty("total").GetInt64();
}
