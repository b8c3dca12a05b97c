using Microsoft.Extensions.Configuration;
using UmsSti.Projections.Schedules;
using UmsSti.Server.Hosting;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Schedules;

/// <summary>Schedules and health as operators meet them, over HTTP.</summary>
public sealed class ScheduleApiTests(SharedServer server)
{
    [Fact]
    public async Task Schedules_are_listed_with_their_latest_run()
    {
        var all = (await server.Root.Get("/schedules")).Is(200).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["inactivity", "processes", "rights-reconcile", "suspension-end", "verification-expiry"], all.Select(one => one.GetProperty("name").GetString()));
        var (_, _, stranger) = await server.NewCaller();
        (await stranger.Get("/schedules")).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task A_schedule_is_run_now_and_followed_to_its_end()
    {
        var started = (await server.Root.Post("/schedules/inactivity/run", null, ("Idempotency-Key", "run-" + Guid.NewGuid()))).Is(202);
        Assert.Equal("/api/v1/operations/" + started["operationId"], started.Header("Location"));
        Reply operation;
        do
        {
            operation = (await server.Root.Get("/operations/" + started["operationId"])).Is(200);
        }
        while (operation["state"] == "running");
        Assert.Equal(("succeeded", "schedule", "inactivity"), (operation["state"], operation["kind"], operation["model"]));
        (await server.Root.Post("/schedules/shoes/run")).IsProblem(404, "not-found");
        (await server.Root.Post("/schedules/inactivity/run?dryRun=true")).Is(200);
        var (_, _, stranger) = await server.NewCaller();
        (await stranger.Post("/schedules/inactivity/run")).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task A_running_server_ends_what_has_its_end_when_the_time_comes()
    {
        var time = new ManualTime();
        var often = new ScheduleOptions { SuspensionEvery = TimeSpan.FromMinutes(1), LongestSleep = TimeSpan.FromSeconds(1) };
        await using var own = await RunningServer.Start(options => options with { Schedules = often }, time: time);
        var id = await own.Root.NewUser("ada@example.org");
        var until = time.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        (await own.Root.Post($"/users/{id}/suspend", $$"""{"reason":"odd orders","until":"{{until}}"}""")).Is(200);
        time.Advance(TimeSpan.FromHours(2));
        while ((await own.Root.Get("/users/" + id)).Is(200)["state"] != "active")
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task Health_tells_a_word_to_anybody_and_the_findings_to_operators()
    {
        foreach (var path in new[] { "/livez", "/readyz", "/health/startup" })
        {
            (await server.Nobody.SendRaw(HttpMethod.Get, path, null, null)).Is(200);
        }

        var word = (await server.Nobody.SendRaw(HttpMethod.Get, "/health/ready", null, null)).Is(200);
        Assert.Equal(["status"], word.Json.EnumerateObject().Select(field => field.Name));
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/health/ready");
        asked.Headers.Authorization = new("Bearer", await server.Nobody.SignIn(TestOptions.RootEmail, TestOptions.RootPassword));
        using var answer = await server.Running.Http.SendAsync(asked, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var json = System.Text.Json.JsonDocument.Parse(text);
        Assert.Equal(("ready", "healthy"), (json.RootElement.GetProperty("status").GetString(), json.RootElement.GetProperty("health").GetString()));
        Assert.Empty(json.RootElement.GetProperty("findings").EnumerateArray());
        using var wrong = new HttpRequestMessage(HttpMethod.Get, "/health/ready");
        wrong.Headers.Authorization = new("Bearer", "nonsense");
        using var still = await server.Running.Http.SendAsync(wrong, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, still.StatusCode);
    }

    [Theory]
    [InlineData("Ums:Schedules:PageItems", "0")]
    [InlineData("Ums:Schedules:SuspensionMinutes", "0")]
    [InlineData("Ums:Schedules:VerificationGraceDays", "-1")]
    [InlineData("Ums:Schedules:Enabled", "maybe")]
    public void A_setting_that_makes_no_sense_is_named(string key, string value)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [key] = value }).Build();
        var refused = Assert.Throws<StartRefusedException>(() => ServerOptions.Read(configuration, "Production", "data"));
        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
    }
}
