using System.Globalization;
using UmsSti.Server.Mail;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Mail;

/// <summary>
/// Mail and passwords go over no connection that is not protected as configured. The peer is a real SMTP server; a certificate is trusted
/// as in life, by the machine's store, which for one process is named by SSL_CERT_FILE.
/// </summary>
public sealed class MailSecurityTests : IDisposable
{
    private const string User = "ums";
    private const string Password = "Mail-Password-7";
    private const string NotTrusted = "no TLS with the mail server: its certificate is not trusted or Ums:Smtp:Security is wrong";
    private const string NotOffered = "the mail server does not offer what Ums:Smtp:Security or User ask for";
    private const string WrongLogIn = "the mail server refuses Ums:Smtp:User and Password";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("starttls", "starttls")]
    [InlineData("implicit", "tls")]
    public async Task A_trusted_server_gets_name_password_and_mail_over_TLS(string mode, string security)
    {
        var certificate = Certificate();
        await using var smtp = await SmtpPeer.Start(null, "--tls", mode, "--certificate", certificate, "--user", User, "--password", Password);
        await using var server = await ServerProcess.Start(
            folder.File("data"), ServerProcess.FreePort(), ("SSL_CERT_FILE", certificate), ("Ums__Smtp__Host", "127.0.0.1"), ("Ums__Smtp__Port", Text(smtp.Port)),
            ("Ums__Smtp__Security", security), ("Ums__Smtp__User", User), ("Ums__Smtp__Password", Password), ("Ums__Smtp__From", "ums@example.org"));
        (await new ApiClient(server.Http, null).Post("/users", MailTests.Registration("ada@example.org"))).Is(202);
        await smtp.Message("ada@example.org", "Please confirm");
        Assert.All(smtp.Lines.Where(line => line.StartsWith("mail ", StringComparison.Ordinal)), line => Assert.Equal($"mail tls {User}", line));
        Assert.All(Logins(smtp), login => Assert.Equal("ok", login.Outcome));
    }

    [Fact]
    public async Task A_trusted_certificate_of_another_host_is_refused()
    {
        var certificate = Certificate(host: "mail.example.org");
        await using var smtp = await SmtpPeer.Start(null, "--tls", "implicit", "--certificate", certificate);
        await using var server = await ServerProcess.Start(
            folder.File("data"), ServerProcess.FreePort(), ("SSL_CERT_FILE", certificate), ("Ums__Smtp__Host", "127.0.0.1"), ("Ums__Smtp__Port", Text(smtp.Port)),
            ("Ums__Smtp__Security", "tls"), ("Ums__Smtp__From", "ums@example.org"));
        var nobody = new ApiClient(server.Http, null);
        (await nobody.Post("/users", MailTests.Registration("ada@example.org"))).Is(202);
        await IsRefused(nobody.As(await nobody.SignIn(TestOptions.RootEmail, TestOptions.RootPassword)), smtp, NotTrusted);
    }

    [Theory]
    [InlineData("starttls", SmtpSecurity.StartTls, false)]
    [InlineData("implicit", SmtpSecurity.Tls, false)]
    [InlineData("implicit", SmtpSecurity.Tls, true)]
    public async Task A_certificate_that_is_not_trusted_or_expired_is_refused(string mode, SmtpSecurity security, bool isExpired)
    {
        await using var smtp = await SmtpPeer.Start(null, "--tls", mode, "--certificate", Certificate(isExpired: isExpired), "--user", User, "--password", Password);
        await IsRefused(smtp, security, NotTrusted);
    }

    [Fact]
    public async Task A_server_that_offers_no_STARTTLS_gets_neither_password_nor_mail()
    {
        await using var smtp = await SmtpPeer.Start(null, "--user", User, "--password", Password);
        await IsRefused(smtp, SmtpSecurity.StartTls, NotOffered);
    }

    [Fact]
    public async Task A_server_that_speaks_plainly_where_TLS_was_asked_for_gets_neither_password_nor_mail()
    {
        await using var smtp = await SmtpPeer.Start(null, "--user", User, "--password", Password);
        await IsRefused(smtp, SmtpSecurity.Tls, NotTrusted);
    }

    [Fact]
    public async Task A_server_that_knows_no_log_in_is_told_no_password()
    {
        await using var smtp = await SmtpPeer.Start();
        await IsRefused(smtp, SmtpSecurity.None, NotOffered);
    }

    [Fact]
    public async Task A_wrong_password_is_named_in_the_outbox_and_tried_no_faster_than_the_breaker_lets()
    {
        await using var smtp = await SmtpPeer.Start(null, "--user", User, "--password", "another one");
        await using var server = await RunningServer.Start(options => options with { Mail = To(smtp, SmtpSecurity.None) });
        for (var each = 0; each < 5; each++)
        {
            (await server.Nobody.Post("/users", MailTests.Registration($"u{each}@example.org"))).Is(202);
        }

        await smtp.When(() => Logins(smtp) is var tries && tries.Length > 0 && tries[^1].At - tries[0].At > 0.9);
        var logins = Logins(smtp);
        Assert.All(logins, login => Assert.Equal("refused", login.Outcome));
        Assert.InRange(logins.Count(login => login.At - logins[0].At <= 0.9), 1, MailOptions.MaxConcurrent);
        await IsPending(server.Root, WrongLogIn);
        var health = (await server.Root.SendRaw(HttpMethod.Get, "/health/live", null, null)).Is(200);
        Assert.DoesNotContain(Password, health.Text, StringComparison.Ordinal);
        Assert.Empty(smtp.Taken);
    }

    private async Task IsRefused(SmtpPeer smtp, SmtpSecurity security, string reason)
    {
        await using var server = await RunningServer.Start(options => options with { Mail = To(smtp, security) });
        (await server.Nobody.Post("/users", MailTests.Registration("ada@example.org"))).Is(202);
        await IsRefused(server.Root, smtp, reason);
    }

    private static async Task IsRefused(ApiClient root, SmtpPeer smtp, string reason)
    {
        await IsPending(root, reason);
        Assert.Equal(["ready"], smtp.Lines);
    }

    // No try is counted: it is no fault of the message.
    private static Task IsPending(ApiClient root, string reason) => Chaos.Eventually.Holds(
        async () => (await root.Get("/outbox?state=pending&kind=verify-email")).Is(200).Json.GetProperty("items").EnumerateArray()
            .Any(item => (item.GetProperty("reason").GetString(), item.GetProperty("attempts").GetInt32()) == (reason, 0)),
        $"No row of the outbox waits because '{reason}'.");

    private static MailOptions To(SmtpPeer smtp, SmtpSecurity security) =>
        new(true, "UMS <ums@example.org>", new SmtpOptions("127.0.0.1", smtp.Port, security, User, Password), null);

    private static (string Outcome, double At)[] Logins(SmtpPeer smtp) =>
        [.. smtp.Lines.Select(line => line.Split(' ')).Where(words => words[0] == "login").Select(words => (words[2], double.Parse(words[3], CultureInfo.InvariantCulture)))];

    private string Certificate(string? host = null, bool isExpired = false)
    {
        var path = folder.File("mail-server.pem");
        Certificates.Write(path, host, isExpired);
        return path;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
