using Microsoft.Extensions.Configuration;
using UmsSti.Server.Hosting;

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

    private static void Refused(string key, params (string Key, string Value)[] settings)
    {
        var refused = Assert.Throws<StartRefusedException>(() => Read(settings));
        Assert.Contains("Ums:" + key, refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\n', refused.Message);
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
