using System.Text.Json;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Security events are settled with a note, once, by those who run the system (RM-12).</summary>
public sealed class SecurityResolvingTests(SharedServer server)
{
    private const string Note = """{"note":" he mistyped it,\nand said so "}""";

    [Fact]
    public async Task An_event_of_either_log_is_settled_with_a_note_that_stays()
    {
        var (user, open) = await TwoEvents();
        Assert.Equal(["activity sign-in-failed", "domain user-suspended"], open.Select(one => $"{Text(one, "log")} {Text(one, "type")}"));
        var root = (await server.Root.Get("/me"))["id"];
        foreach (var one in open)
        {
            Assert.Equal($"{Text(one, "log")}-{one.GetProperty("position").GetInt64()}", Text(one, "id"));
            Assert.False(one.GetProperty("isResolved").GetBoolean());
            Assert.All(new[] { "resolvedBy", "resolvedAt", "note" }, field => Assert.Equal(JsonValueKind.Null, one.GetProperty(field).ValueKind));

            var reply = (await server.Root.Post(Path(one), Note)).Is(200);
            Assert.Equal((Text(one, "id"), root), (reply["id"], reply["resolvedBy"]));
            Assert.DoesNotContain(Text(one, "id"), (await Listed(user, "&resolved=false")).Select(other => Text(other, "id")));
            var shown = (await Listed(user, "&resolved=true")).Single(other => Text(other, "id") == Text(one, "id"));
            Assert.True(shown.GetProperty("isResolved").GetBoolean());
            Assert.Equal((root, reply["resolvedAt"], "he mistyped it,\nand said so"), (Text(shown, "resolvedBy"), Text(shown, "resolvedAt"), Text(shown, "note")));
            var audited = Assert.Single(await Audited(one));
            Assert.Equal(
                (root, "resolve", "security-event", "he mistyped it,\nand said so"),
                (Text(audited, "actorId"), Text(audited, "action"), Text(audited, "resourceType"), Text(audited, "reason")));
        }

        Assert.Equal(2, (await Listed(user, "")).Count);
    }

    [Fact]
    public async Task Once_settled_it_stays_as_it_is()
    {
        var (user, open) = await TwoEvents();
        var (first, second) = (open[0], open[1]);
        var settled = (await server.Root.Post(Path(first), Note, ("Idempotency-Key", "settle-" + Text(first, "id")))).Is(200);
        Assert.Equal("true", (await server.Root.Post(Path(first), Note, ("Idempotency-Key", "settle-" + Text(first, "id")))).Is(200).Header("Idempotency-Replayed"));
        var again = (await server.Root.Post(Path(first), """{"note":"another"}""")).Is(200);
        Assert.Equal(settled.Text, again.Text);
        Assert.Single(await Audited(first));

        var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => server.Root.Post(Path(second), $$"""{"note":"note {{n}}"}""")));
        Assert.Single(replies.Select(reply => reply.Is(200).Text).Distinct());
        var recorded = Assert.Single(await Audited(second));
        var shown = await Listed(user, "&resolved=true");
        Assert.Equal(Text(recorded, "reason"), Text(shown.Single(one => Text(one, "id") == Text(second, "id")), "note"));
    }

    [Fact]
    public async Task What_is_refused_or_only_tried_stores_nothing()
    {
        var (user, open) = await TwoEvents();
        var (_, _, admin) = await server.NewCaller("admin");
        var registered = (await server.Root.Get($"/audit?subject={user}&type=UserRegistrationInitiated")).Is(200).Json.GetProperty("items")[0].GetProperty("position").GetInt64();
        var before = await Total();
        foreach (var one in open)
        {
            (await server.Nobody.Post(Path(one), Note)).IsProblem(401, "unauthenticated");
            (await admin.Post(Path(one), Note)).IsProblem(403, "forbidden");
            foreach (var body in new[] { "{}", """{"note":null}""", """{"note":" \n "}""", $$"""{"note":"{{new string('n', 501)}}"}""", """{"note":7}""" })
            {
                Assert.Equal(["note"], (await server.Root.Post(Path(one), body)).IsProblem(422, "validation-failed").ErrorFields);
            }

            (await server.Root.Post(Path(one) + "?dryRun=true", Note)).Is(200);
        }

        foreach (var id in new[] { $"domain-{registered}", "domain-999999999", "activity-0", "domain-01", "domain--1", "domain-", "domain", "third-1", "1", "activity-99999999999999999999", "activity-9223372036854775807" })
        {
            (await server.Root.Post($"/security-events/{id}/resolve", Note)).IsProblem(404, "not-found");
            (await server.Root.Post($"/security-events/{id}/resolve?dryRun=true", Note)).IsProblem(404, "not-found");
        }

        (await server.Root.Get("/security-events?resolved=perhaps")).IsProblem(422, "validation-failed");
        Assert.Equal(before, await Total());
        Assert.Equal(2, (await Listed(user, "&resolved=false")).Count);
        (await server.Root.Post(Path(open[0]), $$"""{"note":"{{new string('n', 500)}}"}""")).Is(200);

        // Other tests of this server settle events of their own meanwhile.
        async Task<int> Total() => (await Audited(open[0])).Count + (await Audited(open[1])).Count;
    }

    /// <summary>A user with an open event in each log: a sign-in that failed, and his suspension.</summary>
    private async Task<(string User, List<JsonElement> Open)> TwoEvents()
    {
        var (id, email, _) = await server.NewCaller();
        (await server.Nobody.Post("/sessions", $$"""{"email":"{{email}}","password":"Wrong-Password-1!"}""")).IsProblem(401, "invalid-credentials");
        (await server.Root.Post($"/users/{id}/suspend", """{"reason":"odd orders"}""")).Is(200);
        return (id, await Listed(id, "&resolved=false"));
    }

    private async Task<List<JsonElement>> Listed(string user, string more) => await Items($"/security-events?user={user}&sort=at{more}");

    private Task<List<JsonElement>> Audited(JsonElement one) => Items("/audit?type=SecurityEventResolved&resource=" + Text(one, "id"));

    private async Task<List<JsonElement>> Items(string path) => [.. (await server.Root.Get(path)).Is(200).Json.GetProperty("items").EnumerateArray()];

    private static string Path(JsonElement one) => $"/security-events/{Text(one, "id")}/resolve";

    private static string Text(JsonElement one, string field) => one.GetProperty(field).GetString()!;
}
