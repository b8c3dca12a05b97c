using Microsoft.Extensions.Configuration;
using UmsSti.Server.Hosting;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Webhooks;

/// <summary>What is configured wrongly about mail and webhooks is told at the start, in one line that names the key.</summary>
public sealed class SettingsTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Theory]
    [InlineData("Smtp:Port", "0")]
    [InlineData("Smtp:Security", "ssl")]
    [InlineData("Smtp:From", "nobody")]
    [InlineData("Smtp:User", "ada")]
    [InlineData("Notifications:Email:Enabled", "perhaps")]
    [InlineData("Notifications:Email:TemplateFolder", "nowhere-at-all")]
    [InlineData("PublicUrl", "ums.example.org")]
    public void Wrong_mail_settings_are_refused(string key, string value) => Refused(key, ("Smtp:Host", "mail.example.org"), ("Smtp:From", "a@example.org"), (key, value));

    [Theory]
    [InlineData("Smtp:Port", "0")]
    [InlineData("Smtp:Security", "ssl")]
    [InlineData("Smtp:User", "ada")]
    public void Wrong_mail_settings_are_refused_without_a_host_too(string key, string value) => Refused(key, (key, value));

    [Theory]
    [InlineData("RateLimit:PerUsr", "RateLimit:PerUser")]
    [InlineData("Foo", "Urls")]
    [InlineData("Urls:0", "Urls")]
    [InlineData("Schedule:Enabled", "Schedules:Enabled")]
    public void Unknown_keys_are_refused_with_the_nearest_known_one(string key, string nearest) =>
        Assert.Contains($"Ums:{key} is not known; the nearest is Ums:{nearest}.", Refused(key, (key, "1")), StringComparison.Ordinal);

    [Theory]
    [InlineData("-5")]
    [InlineData("26")]
    public void An_erasure_window_that_cannot_be_is_refused(string days) => Refused("Privacy:ErasureWindowDays", ("Privacy:ErasureWindowDays", days));

    [Fact]
    public async Task Every_known_key_stands_in_the_documentation()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "configuration.md"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(KnownKeys.Names, key => !document.Contains($"`{key}`", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://10.1.2.3/hook")]
    [InlineData("https://localhost/")]
    public void A_private_address_is_refused_unless_it_is_allowed(string url)
    {
        (string, string)[] endpoint = [("Webhooks:billing:Url", url), ("Webhooks:billing:Secret", Secret)];
        Refused("Webhooks:billing:Url", endpoint);
        Assert.Single(Read([.. endpoint, ("Webhooks:billing:AllowPrivateAddresses", "true")]).Webhooks);
    }

    [Theory]
    [InlineData("domain", "NoSuchEvent")]
    [InlineData("domain", "User*,Usr*")]
    [InlineData("domain", "UserLoggedIn")]
    [InlineData("activity", "UserActivated")]
    public void A_type_that_no_event_has_is_refused(string log, string types) => Assert.Contains(
        $"named '{types.Split(',')[^1]}'",
        Refused("Webhooks:billing:Types", ("Webhooks:billing:Url", "https://example.org/"), ("Webhooks:billing:Secret", Secret), ("Webhooks:billing:Log", log), ("Webhooks:billing:Types", types)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("Url", "http://example.org/")]
    [InlineData("Url", "https://user:pass@example.org/")]
    [InlineData("Secret", "hush")]
    [InlineData("Secret", "whsec_c2hvcnQ=")]
    [InlineData("Types", "User Activated!")]
    [InlineData("Log", "both")]
    [InlineData("AllowPrivateAddresses", "yes")]
    [InlineData("Uri", "https://example.org/")]
    public void Wrong_endpoints_are_refused(string key, string value) =>
        Refused("Webhooks:billing:" + key, ("Webhooks:billing:Url", "https://example.org/"), ("Webhooks:billing:Secret", Secret), ("Webhooks:billing:" + key, value));

    [Fact]
    public void A_secret_never_stands_in_a_refusal()
    {
        var refused = Assert.Throws<StartRefusedException>(() => Read(("Webhooks:x:Url", "https://example.org/"), ("Webhooks:x:Secret", "very-secret-but-wrong")));
        Assert.DoesNotContain("very-secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Good_settings_are_taken()
    {
        var options = Read(
            ("Smtp:Host", "mail.example.org"), ("Smtp:From", "UMS <ums@example.org>"), ("PublicUrl", "https://ums.example.org/"),
            ("Webhooks:Billing:Url", "https://example.org/hook?x=1"), ("Webhooks:Billing:Secret", Secret), ("Webhooks:Billing:Types", "User*, Claimed"));
        Assert.Equal(("mail.example.org", 587), (options.Mail.Smtp!.Host, options.Mail.Smtp.Port));
        Assert.Equal("https://ums.example.org", options.PublicUrl);
        var endpoint = Assert.Single(options.Webhooks);
        Assert.Equal(("billing", 24, true, false), (endpoint.Name, endpoint.Secret.Length, endpoint.Wants("UserActivated"), endpoint.Wants("Released")));
    }

    private static string Refused(string key, params (string Key, string Value)[] settings)
    {
        var refused = Assert.Throws<StartRefusedException>(() => Read(settings));
        Assert.Contains("Ums:" + key, refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\n', refused.Message);
        return refused.Message;
    }

    private static ServerOptions Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        foreach (var (key, value) in settings)
        {
            configuration["Ums:" + key] = value;
        }

        return ServerOptions.Read(configuration, "Production", null);
    }
}
