using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Mail;

/// <summary>The program dies (kill -9) at every step of sending; a real SMTP server counts by Message-ID.</summary>
public sealed class MailKillTests
{
    [Fact]
    public async Task Killed_before_the_peer_has_it_it_comes_once()
    {
        using var folder = new TempFolder();
        var port = ServerProcess.FreePort();
        await using (var server = await ServerProcess.Start(folder.Path, ServerProcess.FreePort(), Environment(port)))
        {
            await Register(server);
            await server.When(() => server.Output.Any(line => line.Contains("no connection to the mail server", StringComparison.Ordinal)), "The mail server was never missed.");
            await server.Kill();
        }

        await using var smtp = await SmtpPeer.Start(port);
        await using var again = await ServerProcess.Start(folder.Path, ServerProcess.FreePort(), Environment(port));
        await smtp.Message("ada@example.org", "Please confirm");
        await smtp.Message("ada@example.org", "Welcome");
        Assert.All(smtp.Taken.GroupBy(taken => taken.MessageId), repeats => Assert.Single(repeats));
    }

    [Fact]
    public async Task Killed_between_the_peers_taking_and_our_record_it_repeats_with_the_same_id_and_link()
    {
        using var folder = new TempFolder();
        await using var smtp = await SmtpPeer.Start();
        await smtp.Hold();
        await using (var server = await ServerProcess.Start(folder.Path, ServerProcess.FreePort(), Environment(smtp.Port)))
        {
            await Register(server);
            await smtp.When(() => smtp.Taken.Count(taken => taken.Recipient == "ada@example.org") == 1);
            await server.Kill();
        }

        await smtp.Release();
        await using var again = await ServerProcess.Start(folder.Path, ServerProcess.FreePort(), Environment(smtp.Port));
        await smtp.Message("ada@example.org", "Please confirm");
        await smtp.Message("ada@example.org", "Welcome");
        var messages = smtp.Taken.Where(taken => taken.Recipient == "ada@example.org").GroupBy(taken => taken.MessageId).ToArray();
        Assert.Equal(2, messages.Length);
        var repeated = Assert.Single(messages, repeats => repeats.Count() == 2);
        Assert.Equal(repeated.First().Read().TextBody, repeated.Last().Read().TextBody);
    }

    [Fact]
    public async Task Killed_after_our_record_nothing_repeats()
    {
        using var folder = new TempFolder();
        await using var smtp = await SmtpPeer.Start();
        await using (var server = await ServerProcess.Start(folder.Path, ServerProcess.FreePort(), Environment(smtp.Port)))
        {
            var root = await Register(server);
            await Chaos.Eventually.Holds(async () => (await root.Get("/outbox?state=delivered&kind=verify-email")).Is(200).Json.GetProperty("total").GetInt32() == 1, "It was never delivered.");
            await Chaos.Eventually.Holds(async () => (await root.Get("/outbox?state=delivered&kind=welcome")).Is(200).Json.GetProperty("total").GetInt32() == 1, "It was never delivered.");
            await server.Kill();
        }

        await using var again = await ServerProcess.Start(folder.Path, ServerProcess.FreePort(), Environment(smtp.Port));
        var nobody = new ApiClient(again.Http, null);
        (await nobody.Post("/users", MailTests.Registration("bob@example.org"))).Is(202);
        await smtp.Message("bob@example.org", "Please confirm");
        Assert.Equal(2, smtp.Taken.Count(taken => taken.Recipient == "ada@example.org"));
    }

    private static (string, string)[] Environment(int port) =>
        [("Ums__Smtp__Host", "127.0.0.1"), ("Ums__Smtp__Port", port.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("Ums__Smtp__Security", "none"), ("Ums__Smtp__From", "ums@example.org"), ("Ums__PublicUrl", "http://ums.test")];

    private static async Task<ApiClient> Register(ServerProcess server)
    {
        var nobody = new ApiClient(server.Http, null);
        (await nobody.Post("/users", MailTests.Registration("ada@example.org"))).Is(202);
        return nobody.As(await nobody.SignIn(TestOptions.RootEmail, TestOptions.RootPassword));
    }
}
