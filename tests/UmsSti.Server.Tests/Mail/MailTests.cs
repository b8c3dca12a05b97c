using System.Text.RegularExpressions;
using MimeKit;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Mail;

/// <summary>People are told by mail, through a real SMTP server; its troubles delay mail and nothing else.</summary>
public sealed class MailTests
{
    [Fact]
    public async Task A_registration_is_welcomed_and_its_link_confirms_the_address()
    {
        await using var smtp = await SmtpPeer.Start();
        await using var server = await RunningServer.Start(options => options with { Mail = smtp.Options });
        (await server.Nobody.Post("/users", Registration("ada@example.org"))).Is(202);
        await smtp.Message("ada@example.org", "Welcome");
        var message = await smtp.Message("ada@example.org", "Please confirm");
        Assert.Equal(("UMS", "ums@example.org"), (message.From.Mailboxes.Single().Name, message.From.Mailboxes.Single().Address));
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.Contains("href=\"http://ums.test/verify-email#user=", message.HtmlBody, StringComparison.Ordinal);
        var link = Regex.Match(message.TextBody!, @"http://ums\.test/verify-email#user=(\S+)&token=(umsv_\S{43})");
        (await server.Nobody.Post($"/users/{link.Groups[1].Value}/email/verify", $$"""{"token":"{{link.Groups[2].Value}}"}""")).Is(200);
        await smtp.Message("ada@example.org", "Your account is active");
        Assert.Equal(smtp.Taken.Length, smtp.Taken.Select(taken => taken.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task The_owner_of_an_address_hears_once_that_somebody_tries_it_and_the_stranger_hears_nothing()
    {
        await using var smtp = await SmtpPeer.Start();
        await using var server = await RunningServer.Start(options => options with { Mail = smtp.Options });
        var free = (await server.Nobody.Post("/users", Registration("ada@example.org"))).Is(202);
        for (var times = 0; times < 3; times++)
        {
            Assert.Equal(free.Text, (await server.Nobody.Post("/users", Registration("Ada@Example.org"))).Is(202).Text);
        }

        await smtp.Message("ada@example.org", "Somebody tried to register");
        (await server.Nobody.Post("/users", Registration("bob@example.org"))).Is(202);
        await smtp.Message("bob@example.org", "Please confirm");
        Assert.Equal(1, (await server.Root.Get("/outbox?kind=address-in-use")).Is(200).Json.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Mail_speaks_the_language_of_the_person_and_respects_his_wish()
    {
        await using var smtp = await SmtpPeer.Start();
        await using var server = await RunningServer.Start(options => options with { Mail = smtp.Options });
        var id = await server.Root.NewUser("greta@example.org", "Greta <b>");
        await smtp.Message("greta@example.org", "Welcome");
        (await server.Root.Patch($"/users/{id}", """{"profile":{"locale":"de-CH"}}""")).Is(200);
        var german = await smtp.Message("greta@example.org", "Ihr Profil wurde geändert");
        Assert.Contains("Hallo Greta &lt;b&gt;,", german.HtmlBody, StringComparison.Ordinal);
        var greta = server.Nobody.As(await server.Nobody.SignIn("greta@example.org", TestOptions.UserPassword));
        (await greta.Patch($"/users/{id}", """{"preferences":{"email_notifications":"false"}}""")).Is(200);
        (await greta.Patch($"/users/{id}", """{"profile":{"bio":"quiet"}}""")).Is(200);
        (await server.Root.Post($"/users/{id}/email", """{"newEmail":"greta@example.net"}""")).Is(200);
        await smtp.Message("greta@example.org", "Die E-Mail-Adresse Ihres Kontos");
        await smtp.Message("greta@example.net", "Ihre E-Mail-Adresse");
        await Outbox(server, "profile-updated", "skipped", 1);
    }

    [Fact]
    public async Task A_bad_address_is_dead_at_once_a_busy_one_waits_and_neither_holds_up_others()
    {
        await using var smtp = await SmtpPeer.Start();
        await using var server = await RunningServer.Start(options => options with { Mail = smtp.Options });
        foreach (var name in new[] { "bad1", "bad2", "busy1", "slow1", "slow2", "good1", "good2" })
        {
            (await server.Nobody.Post("/users", Registration(name + "@example.org"))).Is(202);
        }

        await smtp.Message("good1@example.org", "Please confirm");
        await smtp.Message("good2@example.org", "Please confirm");
        var dead = await Outbox(server, "verify-email", "dead", 2);
        Assert.Equal("550 5.1.1 [address]: nobody here has that name", dead.GetProperty("items")[0].GetProperty("reason").GetString());
        var health = (await server.Root.SendRaw(HttpMethod.Get, "/health/ready", null, null)).Is(200).Json;
        Assert.Equal("degraded", health.GetProperty("health").GetString());
        Assert.Equal("dead letters", Assert.Single(health.GetProperty("findings").EnumerateArray()).GetProperty("what").GetString());
        await Chaos.Eventually.Holds(
            async () => (await server.Root.Get("/outbox?state=pending&kind=verify-email")).Is(200).Json.GetProperty("items").EnumerateArray()
                .Any(item => (item.GetProperty("reason").GetString(), item.GetProperty("attempts").GetInt32()) == ("451 4.7.1 [address]: come back later", 1)),
            "The busy address was never put off.");
        var id = dead.GetProperty("items")[0].GetProperty("id").GetString();
        (await server.Root.Post($"/outbox/{id}/skip", """{"reason":"the mailbox does not exist"}""")).Is(200);
        (await server.Root.Post($"/outbox/{id}/retry")).Is(200);
        (await server.Root.Post("/outbox/999999/retry")).IsProblem(404, "not-found");
        (await server.Nobody.Get("/outbox")).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_mail_server_that_is_down_delays_mail_and_nothing_else()
    {
        var port = ServerProcess.FreePort();
        var nowhere = new UmsSti.Server.Mail.MailOptions(true, "ums@example.org", new UmsSti.Server.Mail.SmtpOptions("127.0.0.1", port, UmsSti.Server.Mail.SmtpSecurity.None, null, null), null);
        await using var server = await RunningServer.Start(options => options with { Mail = nowhere });
        for (var each = 0; each < 5; each++)
        {
            (await server.Nobody.Post("/users", Registration($"u{each}@example.org"))).Is(202);
        }

        var pending = await Outbox(server, "verify-email", "pending", 5);
        Assert.All(pending.GetProperty("items").EnumerateArray(), item => Assert.Equal(0, item.GetProperty("attempts").GetInt32()));
        await using var smtp = await SmtpPeer.Start(port);
        for (var each = 0; each < 5; each++)
        {
            await smtp.Message($"u{each}@example.org", "Please confirm");
        }

        await Outbox(server, "verify-email", "delivered", 5);
        Assert.Equal(smtp.Taken.Length, smtp.Taken.Select(taken => taken.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task Without_a_mail_server_messages_become_files()
    {
        using var folder = new TempFolder();
        await using var server = await RunningServer.Start(path: folder.Path);
        (await server.Nobody.Post("/users", Registration("ada@example.org"))).Is(202);
        await Outbox(server, "verify-email", "delivered", 1);
        await Outbox(server, "welcome", "delivered", 1);
        var subjects = Directory.GetFiles(folder.File("mail"), "*.eml").Select(file => MimeMessage.Load(file)).Where(message => message.To.Mailboxes.Single().Address == "ada@example.org").Select(message => message.Subject);
        Assert.Equal(["Please confirm your e-mail address", "Welcome"], subjects.Order());
    }

    [Fact]
    public async Task Nothing_personal_lies_in_the_outbox()
    {
        using var folder = new TempFolder();
        await using (var server = await RunningServer.Start(path: folder.Path))
        {
            (await server.Nobody.Post("/users", Registration("zwiebelkuchen@example.org"))).Is(202);
            await Outbox(server, "verify-email", "delivered", 1);
        }

        foreach (var file in Directory.GetFiles(folder.Path, "outbox.db*"))
        {
            var bytes = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            Assert.DoesNotContain("zwiebelkuchen", bytes, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("umsv_", bytes, StringComparison.Ordinal);
        }
    }

    internal static string Registration(string email) => $$"""{"email":"{{email}}","name":"Somebody","type":"standard","password":"{{TestOptions.UserPassword}}"}""";

    /// <summary>Waits until there are so many rows of a kind in a state; the list.</summary>
    private static async Task<System.Text.Json.JsonElement> Outbox(RunningServer server, string kind, string state, int count)
    {
        System.Text.Json.JsonElement list = default;
        await Chaos.Eventually.Holds(
            async () =>
            {
                list = (await server.Root.Get($"/outbox?kind={kind}&state={state}")).Is(200).Json;
                return list.GetProperty("total").GetInt32() >= count;
            },
            $"There were never {count} {state} rows of {kind}.");
        return list;
    }
}
