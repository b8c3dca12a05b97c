using System.Net;
using System.Text;
using System.Text.Json;
using UmsSti.Projections;
using UmsSti.Server.Tests.Support;
using UmsSti.Server.Webhooks;

namespace UmsSti.Server.Tests.Webhooks;

/// <summary>Events leave the house signed, without anything personal, and to nobody they must not reach.</summary>
public sealed class WebhookTests
{
    [Fact]
    public async Task Events_arrive_signed_as_CloudEvents_and_name_nobody()
    {
        await using var receiver = await Receiver.Start();
        await using var server = await RunningServer.Start(options => options with { Webhooks = [receiver.Endpoint("all"), receiver.Endpoint("few", "/few", types: ["UserSusp*", "UserArchived"])] });
        var id = await server.Root.NewUser("zwiebel@example.org", "Zwiebel");
        (await server.Root.Post($"/users/{id}/suspend", """{"reason":"zwiebel was odd"}""")).Is(200);
        await receiver.When(taken => taken.Count(delivery => delivery.Type == "ums.UserSuspended") == 2);
        foreach (var delivery in receiver.Taken)
        {
            Assert.Equal(delivery.Expected(Receiver.Secret), delivery.Signature);
            Assert.Equal("application/cloudevents+json; charset=utf-8", delivery.ContentType);
            Assert.InRange(long.Parse(delivery.Timestamp), DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 300, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1);
            Assert.DoesNotContain("zwiebel", Encoding.UTF8.GetString(delivery.Body), StringComparison.OrdinalIgnoreCase);
        }

        var suspended = receiver.Taken.First(delivery => delivery is { Path: "/", Type: "ums.UserSuspended" }).Json;
        Assert.Equal(("1.0", $"User-{id}", "http://ums.test/api/v1/events"), (Text(suspended, "specversion"), Text(suspended, "subject"), Text(suspended, "source")));
        Assert.Equal(JsonValueKind.Null, suspended.GetProperty("data").GetProperty("reason").ValueKind);
        Assert.Equal(["ums.UserSuspended"], receiver.Taken.Where(delivery => delivery.Path == "/few").Select(delivery => delivery.Type));
        Assert.All(receiver.Taken, delivery => Assert.DoesNotContain("EmailAddress", Text(delivery.Json, "subject"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replay_sends_events_again_under_their_ids()
    {
        await using var receiver = await Receiver.Start();
        await using var server = await RunningServer.Start(options => options with { Webhooks = [receiver.Endpoint("one", types: ["UserActivated"])] });
        await server.Root.NewUser("a@example.org");
        await server.Root.NewUser("b@example.org");
        const int Before = 3; // these two and the first system user
        await Delivered(server, Before);
        (await server.Root.Post("/webhooks/one/replay", """{"from":1}""")).Is(202);
        await receiver.When(taken => taken.Length == 2 * Before);
        Assert.All(receiver.Taken.GroupBy(delivery => delivery.Id), repeats => Assert.Equal(2, repeats.Count()));
        (await server.Root.Post("/webhooks/one/replay", """{"from":0}""")).IsProblem(422, "validation-failed");
        (await server.Root.Post("/webhooks/one/replay", """{"from":99999}""")).IsProblem(422, "validation-failed");
        (await server.Root.Post("/webhooks/none/replay", """{"from":1}""")).IsProblem(404, "not-found");
        var listed = (await server.Root.Get("/webhooks")).Is(200).Json.GetProperty("items")[0];
        Assert.Equal(("one", "domain"), (Text(listed, "name"), Text(listed, "log")));
    }

    [Fact]
    public async Task A_private_address_is_refused_unless_it_is_allowed()
    {
        await using var receiver = await Receiver.Start();
        await using var server = await RunningServer.Start(options => options with { Webhooks = [receiver.Endpoint("inside", allowPrivate: false, types: ["UserActivated"])] });
        await server.Root.NewUser("a@example.org");
        var dead = await Rows(server, "dead", 1);
        Assert.Equal("the address is private, and AllowPrivateAddresses is not set", Text(dead.GetProperty("items")[0], "reason"));
        Assert.Empty(receiver.Taken);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_a_refusal_is_dead()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer = http =>
        {
            http.Response.StatusCode = http.Request.Path == "/moved" ? 302 : 400;
            http.Response.Headers.Location = receiver.Url + "/elsewhere";
            return Task.CompletedTask;
        };
        await using var server = await RunningServer.Start(options => options with { Webhooks = [receiver.Endpoint("moved", "/moved", types: ["UserActivated"]), receiver.Endpoint("picky", "/picky", types: ["UserActivated"])] });
        await server.Root.NewUser("a@example.org");
        var dead = await Rows(server, "dead", 2);
        Assert.Equal(
            ["answered 302, and redirects are not followed", "answered 400"],
            dead.GetProperty("items").EnumerateArray().Select(item => Text(item, "reason")).Distinct().Order());
        Assert.DoesNotContain(receiver.Taken, delivery => delivery.Path == "/elsewhere");
    }

    [Fact]
    public async Task An_endpoint_that_dribbles_or_fails_holds_up_no_other()
    {
        await using var receiver = await Receiver.Start();
        using var enough = new CancellationTokenSource();
        receiver.Answer = async http =>
        {
            http.Response.StatusCode = http.Request.Path == "/broken" ? 500 : 200;
            if (http.Request.Path == "/slow")
            {
                // The head never comes to its end.
                await new TaskCompletionSource().Task.WaitAsync(enough.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        };
        await using var server = await RunningServer.Start(options => options with
        {
            Webhooks = [receiver.Endpoint("slow", "/slow", types: ["UserActivated"]), receiver.Endpoint("broken", "/broken", types: ["UserActivated"]), receiver.Endpoint("good", "/good", types: ["UserActivated"])],
        });
        for (var each = 0; each < 8; each++)
        {
            await server.Root.NewUser($"u{each}@example.org");
        }

        await receiver.When(taken => taken.Count(delivery => delivery.Path == "/good") >= 8);
        Assert.InRange(receiver.Taken.Count(delivery => delivery.Path == "/slow"), 0, WebhookOptions.MaxConcurrent);
        await Rows(server, "pending", items => items.Any(item => (Text(item, "channel"), Text(item, "reason")) == ("webhook:broken", "answered 500")));
        await enough.CancelAsync();
    }

    [Fact]
    public async Task The_activity_log_can_be_listened_to()
    {
        await using var receiver = await Receiver.Start();
        await using var server = await RunningServer.Start(options => options with { Webhooks = [receiver.Endpoint("watch", log: SourceLog.Activity, types: ["UserLoggedIn"])] });
        await receiver.When(taken => taken.Length >= 1);
        Assert.StartsWith("Access-", Text(receiver.Taken[0].Json, "subject"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.0.1", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("93.184.216.34", false)]
    [InlineData("::1", true)]
    [InlineData("::", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::ffff:93.184.216.34", false)]
    [InlineData("64:ff9b::7f00:1", true)]
    [InlineData("2002:7f00:1::", true)]
    [InlineData("2606:2800:220:1::1", false)]
    public void Addresses_inside_are_known(string address, bool isPrivate) => Assert.Equal(isPrivate, PrivateAddresses.Contains(IPAddress.Parse(address)));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static Task<JsonElement> Delivered(RunningServer server, int count) => Rows(server, "delivered", count);

    /// <summary>Waits until there are so many rows about activations in a state; the list.</summary>
    private static Task<JsonElement> Rows(RunningServer server, string state, int count) => Rows(server, state, items => items.Length >= count);

    /// <summary>Waits until the rows about activations in a state are as the test needs them; the list.</summary>
    private static async Task<JsonElement> Rows(RunningServer server, string state, Func<JsonElement[], bool> condition)
    {
        JsonElement list = default;
        await Chaos.Eventually.Holds(
            async () =>
            {
                list = (await server.Root.Get($"/outbox?kind=UserActivated&state={state}")).Is(200).Json;
                return condition([.. list.GetProperty("items").EnumerateArray()]);
            },
            $"The {state} rows were never as they must be.");
        return list;
    }
}
