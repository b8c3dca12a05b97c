using System.Net;
using System.Text.RegularExpressions;
using UmsSti.Projections;
using UmsSti.Server.Hosting;

namespace UmsSti.Server.Webhooks;

/// <summary>Reads and checks <c>Ums:Webhooks</c>.</summary>
internal static partial class WebhookSettings
{
    private static readonly string[] Keys = ["Url", "Secret", "Types", "Log", "AllowPrivateAddresses"];

    /// <summary>Every endpoint. Throws <see cref="StartRefusedException"/> naming the key that is wrong and what it takes.</summary>
    public static IReadOnlyList<WebhookOptions> Read(IConfigurationSection webhooks) => [.. webhooks.GetChildren().Select(One)];

    private static WebhookOptions One(IConfigurationSection section)
    {
        // Environment variables and files write keys as they like; the name itself is one word in lower case.
        var name = section.Key.ToLowerInvariant();
        Require(Name().IsMatch(name), section, "", "a name of lower-case letters, digits and '-', at most 40");
        if (section.GetChildren().FirstOrDefault(child => !Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw Wrong(section, ":" + unknown.Key, "only " + string.Join(", ", Keys));
        }

        var allowPrivate = FlagOf(section);
        var log = LogOf(section);
        return new WebhookOptions(name, UrlOf(section, allowPrivate), SecretOf(section), TypesOf(section, log), log, allowPrivate);
    }

    private static bool FlagOf(IConfigurationSection section)
    {
        var isGood = bool.TryParse(section["AllowPrivateAddresses"] ?? "false", out var allow);
        Require(isGood, section, ":AllowPrivateAddresses", "true or false");
        return allow;
    }

    private static Uri UrlOf(IConfigurationSection section, bool allowPrivate)
    {
        var isGood = Uri.TryCreate(section["Url"], UriKind.Absolute, out var url) && url.UserInfo.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || (allowPrivate && url.Scheme == Uri.UriSchemeHttp));
        Require(isGood, section, ":Url", "an address as in https://example.org/hook, without a password; http only where AllowPrivateAddresses is true");
        Require(allowPrivate || !IsPrivate(url!), section, ":Url", "an address of the open Internet; a private one only where AllowPrivateAddresses is true");
        return url!;
    }

    // A name is looked at when it is resolved: it may stand for something else by then.
    private static bool IsPrivate(Uri url) => url.IsLoopback || (IPAddress.TryParse(url.DnsSafeHost, out var address) && PrivateAddresses.Contains(address));

    // Never shown, not even a wrong one.
    private static byte[] SecretOf(IConfigurationSection section)
    {
        var text = section["Secret"] ?? "";
        var buffer = new byte[WebhookOptions.MaxSecretBytes];
        var length = 0;
        var isGood = text.StartsWith(WebhookOptions.SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[WebhookOptions.SecretPrefix.Length..], buffer, out length) && length >= WebhookOptions.MinSecretBytes;
        Require(isGood, section, ":Secret", $"{WebhookOptions.SecretPrefix} and base64 of {WebhookOptions.MinSecretBytes} to {WebhookOptions.MaxSecretBytes} bytes");
        return buffer[..length];
    }

    private static string[] TypesOf(IConfigurationSection section, SourceLog log)
    {
        var list = section.GetSection("Types").GetChildren().Select(child => child.Value ?? "").ToArray();
        var types = list.Length > 0 ? list : (section["Types"] ?? "*").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        Require(types.Length > 0 && types.All(type => Type().IsMatch(type)), section, ":Types", "names of events, each as UserActivated or User* or *, parted by ','");
        var useless = types.FirstOrDefault(type => !EventNames.In(log).Any(name => WebhookOptions.Matches(type, name)));
        Require(useless is null, section, ":Types", $"names of events, and no event of the {log.ToString().ToLowerInvariant()} log is named '{useless}'");
        return types;
    }

    private static SourceLog LogOf(IConfigurationSection section)
    {
        var isGood = Enum.TryParse<SourceLog>(section["Log"] ?? nameof(SourceLog.Domain), ignoreCase: true, out var log) && Enum.IsDefined(log);
        Require(isGood, section, ":Log", "domain or activity");
        return log;
    }

    private static void Require(bool holds, IConfigurationSection section, string key, string takes)
    {
        if (!holds)
        {
            throw Wrong(section, key, takes);
        }
    }

    private static StartRefusedException Wrong(IConfigurationSection section, string key, string takes) =>
        new($"Configuration key {section.Path}{key} is wrong; it takes {takes}. Set it in appsettings.json or as {section.Path.Replace(":", "__", StringComparison.Ordinal)}{key.Replace(":", "__", StringComparison.Ordinal)} in the environment.");

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^(\*|[A-Za-z][A-Za-z0-9]{0,99}\*?)$")]
    private static partial Regex Type();
}
