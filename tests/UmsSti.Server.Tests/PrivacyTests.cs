using System.Text;
using System.Text.Json;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Personal text stays where it belongs: in no log line at any level, and in no readable byte of the logs' files.</summary>
public sealed class PrivacyTests
{
    private static readonly string[] Personal =
        ["quetzalcoatl", "Xylophanes", "Personal-Secret-Pass-1", "zumthorbiography", "wittgensteinstrasse", "nightjarreason", "peregrinesearch", "bellerophonagent", "+49 151 5550199"];

    [Fact]
    public async Task Nothing_personal_is_logged_or_readable_on_disk()
    {
        using var folder = new TempFolder();
        await using (var server = await ServerProcess.Start(folder.Path, ServerProcess.FreePort(), ("Ums__Log__Level", "Trace")))
        {
            var nobody = new ApiClient(server.Http, null);
            var root = nobody.As(await nobody.SignIn(TestOptions.RootEmail, TestOptions.RootPassword));
            await Use(nobody, root);
            Assert.Equal(0, await server.Stop());
            Assert.NotEmpty(server.Output);
            foreach (var line in server.Output)
            {
                Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind);
            }

            AssertNone("log", Encoding.UTF8.GetBytes(string.Join('\n', server.Output.Concat(server.Errors))));
        }

        foreach (var file in new[] { "events.db", "events.db-wal", "activity.db", "activity.db-wal", "vault.db", "vault.db-wal" }.Where(name => File.Exists(folder.File(name))))
        {
            AssertNone(file, await File.ReadAllBytesAsync(folder.File(file), TestContext.Current.CancellationToken));
        }

        // The search itself finds what is there: the read model may be readable, it is thrown away with the person.
        var readModel = await File.ReadAllBytesAsync(folder.File("readmodel.db"), TestContext.Current.CancellationToken);
        Assert.True(readModel.AsSpan().IndexOf(Encoding.UTF8.GetBytes("Xylophanes")) >= 0);
    }

    private static async Task Use(ApiClient nobody, ApiClient root)
    {
        var agent = ("User-Agent", "bellerophonagent/1.0");
        var id = (await root.Post(
            "/users",
            """{"email":"quetzalcoatl@example.org","name":"Xylophanes","type":"standard","activate":true,"password":"Personal-Secret-Pass-1","profile":{"bio":"zumthorbiography","phone":"+49 151 5550199"} }""",
            agent,
            ("Idempotency-Key", "one"))).Is(201)["id"];
        var self = nobody.As(await nobody.SignIn("quetzalcoatl@example.org", "Personal-Secret-Pass-1"));
        (await self.Patch("/users/" + id, """{"profile":{"addressLine1":"wittgensteinstrasse 1"} }""", agent)).Is(200);
        (await root.Post($"/users/{id}/suspend", """{"reason":"nightjarreason"}""")).Is(200);
        (await root.Get("/users?search=peregrinesearch")).Is(200);
        (await root.Get("/users?search=Xylophanes")).Is(200);
        (await root.Get("/users/quetzalcoatl")).Is(404);
        (await root.Get("/users?quetzalcoatl=1")).Is(422);
        (await nobody.Post("/users", """{"email":"quetzalcoatl@example.org","name":"Xylophanes","type":"standard"}""", agent)).Is(202);
        (await nobody.Post("/sessions", """{"email":"quetzalcoatl@example.org","password":"Personal-Secret-Pass-1x"}""", agent)).Is(401);
        (await nobody.Post("/users", """{"email":"quetzalcoatl","name":"Xylophanes","type":"standard"}""")).Is(422);
        (await root.SendRaw(HttpMethod.Get, "/quetzalcoatl?q=Xylophanes", null, null)).Is(404);
    }

    private static void AssertNone(string where, ReadOnlySpan<byte> bytes)
    {
        foreach (var text in Personal)
        {
            Assert.True(bytes.IndexOf(Encoding.UTF8.GetBytes(text)) < 0, $"'{text}' stands in {where}.");
            Assert.True(bytes.IndexOf(Encoding.Unicode.GetBytes(text)) < 0, $"'{text}' stands in {where} as UTF-16.");
        }
    }
}
