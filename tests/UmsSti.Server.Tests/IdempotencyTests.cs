using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Repeats, races and conditions: what happens once, happens once.</summary>
public sealed class IdempotencyTests(SharedServer server)
{
    private const int AtOnce = 50;

    [Fact]
    public async Task Fifty_at_once_with_one_key_are_one_command_and_fifty_equal_answers()
    {
        var body = $$"""{"email":"{{server.NewEmail()}}","name":"Once","type":"standard"}""";
        var key = Guid.NewGuid().ToString();
        var replies = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => server.Root.Post("/users", body, ("Idempotency-Key", key))));
        Assert.All(replies, reply => reply.Is(201));
        Assert.Single(replies.Select(reply => (reply.Text, reply.Position, reply.Header("ETag"), reply.Header("Location"))).Distinct());
        Assert.Single(replies, reply => reply.Header("Idempotency-Replayed") is null);
        Assert.Equal(1, (await server.Root.Get($"/users/{replies[0]["id"]}/events")).Json.GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task A_repeat_answers_as_the_first_time_though_much_has_happened()
    {
        var id = await server.Root.NewUser(server.NewEmail());
        var key = Guid.NewGuid().ToString();
        var first = (await server.Root.Patch("/users/" + id, """{"name":"First"}""", ("Idempotency-Key", key))).Is(200);
        (await server.Root.Patch("/users/" + id, """{"name":"Second"}""")).Is(200);
        var repeat = (await server.Root.Patch("/users/" + id, """{"name":"First"}""", ("Idempotency-Key", key))).Is(200);
        Assert.Equal((first.Text, first.Position), (repeat.Text, repeat.Position));
        Assert.Equal("true", repeat.Header("Idempotency-Replayed"));
        Assert.Equal("Second", (await server.Root.Get("/users/" + id))["name"]);
    }

    [Fact]
    public async Task A_key_belongs_to_one_request_of_one_caller()
    {
        var (id, _, self) = await server.NewCaller();
        var key = Guid.NewGuid().ToString();
        (await self.Patch("/users/" + id, """{"name":"Mine"}""", ("Idempotency-Key", key))).Is(200);
        (await self.Patch("/users/" + id, """{"name":"Other"}""", ("Idempotency-Key", key))).IsProblem(422, "idempotency-key-reused");
        Assert.Null((await server.Root.Patch("/users/" + id, """{"name":"Mine"}""", ("Idempotency-Key", key))).Is(200).Header("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tab\there")]
    [InlineData("tooLong")]
    [InlineData("ümlaut")]
    public async Task Keys_have_a_form(string key)
    {
        var sent = key == "tooLong" ? new string('k', 129) : key;
        var reply = await server.Root.Post("/users", $$"""{"email":"{{server.NewEmail()}}","name":"Key","type":"standard"}""", ("Idempotency-Key", sent));
        reply.IsProblem(400, "invalid-idempotency-key");
    }

    [Fact]
    public async Task Of_two_with_the_same_version_one_wins()
    {
        for (var round = 0; round < 20; round++)
        {
            var id = await server.Root.NewUser(server.NewEmail());
            var replies = await Task.WhenAll(
                server.Root.Patch("/users/" + id, """{"name":"Left"}""", ("If-Match", "\"2\"")),
                server.Root.Patch("/users/" + id, """{"name":"Right"}""", ("If-Match", "\"2\"")));
            Assert.Equal([200, 412], replies.Select(reply => reply.Code).Order());
            Assert.Equal(replies.Single(reply => reply.Code == 200)["name"], (await server.Root.Get("/users/" + id))["name"]);
        }
    }

    [Fact]
    public async Task Fifty_who_register_one_address_are_one_user()
    {
        var email = server.NewEmail();
        var replies = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(n =>
            server.Root.Post("/users", $$"""{"email":"{{email}}","name":"Number {{n}}","type":"standard"}""")));
        Assert.Single(replies, reply => reply.Code == 201);
        Assert.All(replies.Where(reply => reply.Code != 201), reply => reply.IsProblem(409, "email-taken"));
        Assert.Equal(1, (await server.Root.Get($"/users?search={Uri.EscapeDataString(email)}")).Json.GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task Fifty_strangers_who_register_one_address_are_one_user_and_told_the_same()
    {
        var email = server.NewEmail();
        var replies = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(n =>
            server.Nobody.Post("/users", $$"""{"email":"{{email}}","name":"Stranger {{n}}","type":"standard"}""")));
        Assert.All(replies, reply => reply.Is(202));
        Assert.Single(replies.Select(AllButDate).Distinct());
        Assert.Equal(1, (await server.Root.Get($"/users?search={Uri.EscapeDataString(email)}")).Json.GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task Strangers_cannot_tell_a_known_address_by_any_header_repeat_or_reuse()
    {
        var known = server.NewEmail();
        await server.Root.NewUser(known);
        var unknown = server.NewEmail();
        Assert.Equal(await Probe(known), await Probe(unknown));
    }

    private async Task<string> Probe(string email)
    {
        string Body(string name) => $$"""{"email":"{{email}}","name":"{{name}}","type":"standard","password":"{{TestOptions.UserPassword}}"}""";
        var key = Guid.NewGuid().ToString();
        Reply[] replies =
        [
            await server.Nobody.Post("/users?dryRun=true", Body("Prober")),
            await server.Nobody.Post("/users", Body("Prober"), ("Idempotency-Key", key)),
            await server.Nobody.Post("/users", Body("Prober"), ("Idempotency-Key", key)),
            await server.Nobody.Post("/users", Body("Prober")),
            await server.Nobody.Post("/users?dryRun=true", Body("Prober")),
        ];
        (await server.Nobody.Post("/users", Body("Other"), ("Idempotency-Key", key))).IsProblem(422, "idempotency-key-reused");
        (await server.Nobody.Post("/sessions", $$"""{"email":"{{email}}","password":"Not-The-Password-1"}""")).IsProblem(401, "invalid-credentials");
        return string.Join('\n', replies.Select(AllButDate));
    }

    private static string AllButDate(Reply reply) =>
        $"{reply.Code} {string.Join(';', reply.Headers.Where(header => header.Key != "Date").OrderBy(header => header.Key, StringComparer.Ordinal))} {reply.Text}";
}
