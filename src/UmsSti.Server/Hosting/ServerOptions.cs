using System.Globalization;
using UmsSti.Projections.Schedules;
using UmsSti.Server.Http;
using UmsSti.Server.Mail;
using UmsSti.Server.Webhooks;

namespace UmsSti.Server.Hosting;

/// <summary>E-mail and password of the first system user; null when not given (api.md, Service).</summary>
public sealed record BootstrapOptions(string? Email, string? Password);

/// <summary>Everything that can be configured, read from <c>Ums:...</c> keys (environment <c>Ums__...</c>) and checked at the start.</summary>
public sealed record ServerOptions
{
    /// <summary>Most levels of teams that can be configured.</summary>
    private const int MostTeamLevels = 32;

    /// <summary>Longest wait before an erasure in days, so that it is done within 30 (CX-26).</summary>
    private const int MostErasureWindowDays = 25;

    /// <summary>The folder that holds the installation.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Addresses to listen on, <c>http</c> only; TLS is a proxy's work.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    public required BootstrapOptions Bootstrap { get; init; }

    public required RequestLimits RateLimit { get; init; }

    /// <summary><c>FULL</c> (default, nothing acknowledged is lost) or <c>NORMAL</c>.</summary>
    public required string Synchronous { get; init; }

    /// <summary>The vault's master key as base64 of 32 bytes; null: the file in the data folder.</summary>
    public required string? MasterKey { get; init; }

    /// <summary>Where the vault's master key is kept; null: beside the vault.</summary>
    public required string? MasterKeyFile { get; init; }

    /// <summary>Levels a hierarchy of teams may have, 1 to 32, unless the system settings say otherwise (TM-11).</summary>
    public required int MaxTeamDepth { get; init; }

    /// <summary>Days between the request for an erasure and its execution, 0 to 25; read and checked, and without effect until erasures can be asked for.</summary>
    public int ErasureWindowDays { get; init; } = MostErasureWindowDays;

    public required LogLevel LogLevel { get; init; }

    /// <summary>Where traces and metrics are sent by OTLP; null: nowhere.</summary>
    public required Uri? OtlpEndpoint { get; init; }

    /// <summary>When schedules run and how much at once.</summary>
    public ScheduleOptions Schedules { get; init; } = new();

    /// <summary>The address people reach this installation at, for links in messages; without a '/' at its end.</summary>
    public required string PublicUrl { get; init; }

    /// <summary>How people are told of things.</summary>
    public required MailOptions Mail { get; init; }

    /// <summary>Who outside is told of events.</summary>
    public required IReadOnlyList<WebhookOptions> Webhooks { get; init; }

    /// <summary>Shows e-mail verification tokens in the log, and nothing else differs. Only for trying things out.</summary>
    public required bool IsDevelopment { get; init; }

    /// <summary>The configured master key, or what the configured file holds; null when the one beside the vault is to be used.</summary>
    public string? MasterKeyText()
    {
        if (MasterKeyFile is null)
        {
            return MasterKey;
        }

        try
        {
            return File.ReadAllText(MasterKeyFile).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The master key file '{MasterKeyFile}' cannot be read ({failure.Message}): mend Ums__Vault__MasterKeyFile or the rights of the file.", failure);
        }
    }

    /// <summary>Reads and checks all keys. Throws <see cref="StartRefusedException"/> that names the key and what it takes.</summary>
    public static ServerOptions Read(IConfiguration configuration, string environment, string? dataDirectory)
    {
        var keys = configuration.GetSection("Ums");
        KnownKeys.Check(keys);
        return new ServerOptions
        {
            DataDirectory = Path.GetFullPath(dataDirectory ?? Text(keys, "DataDirectory") ?? "data"),
            Urls = UrlsOf(keys),
            Bootstrap = new BootstrapOptions(Text(keys, "Bootstrap:Email"), Text(keys, "Bootstrap:Password")),
            RateLimit = new RequestLimits(Count(keys, "RateLimit:PerUser", 100), Count(keys, "RateLimit:PerSystemUser", 1000)),
            Synchronous = Word(keys, "Sqlite:Synchronous", "FULL", ["FULL", "NORMAL"]),
            MasterKey = Text(keys, "Vault:MasterKey"),
            MasterKeyFile = Text(keys, "Vault:MasterKeyFile"),
            MaxTeamDepth = DepthOf(keys),
            ErasureWindowDays = Between(keys, "Privacy:ErasureWindowDays", MostErasureWindowDays, 0, MostErasureWindowDays),
            LogLevel = LevelOf(keys),
            OtlpEndpoint = EndpointOf(keys),
            Schedules = SchedulesOf(keys),
            PublicUrl = PublicUrlOf(keys),
            Mail = MailSettings.Read(keys),
            Webhooks = WebhookSettings.Read(keys.GetSection("Webhooks")),
            IsDevelopment = string.Equals(environment, "Development", StringComparison.OrdinalIgnoreCase),
        };
    }

    internal static string? Text(IConfiguration keys, string key) => string.IsNullOrWhiteSpace(keys[key]) ? null : keys[key]!.Trim();

    private static int Count(IConfiguration keys, string key, int otherwise)
    {
        var text = Text(keys, key);
        if (text is null)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong(key, text, "a whole number of at least 0");
    }

    private static ScheduleOptions SchedulesOf(IConfiguration keys)
    {
        const int MostMinutes = 31 * 24 * 60;
        var standard = new ScheduleOptions();
        return standard with
        {
            Enabled = Word(keys, "Schedules:Enabled", "true", ["true", "false"]) == "true",
            VerificationEvery = Minutes(keys, "Schedules:VerificationMinutes", standard.VerificationEvery, MostMinutes),
            VerificationGraceDays = Between(keys, "Schedules:VerificationGraceDays", standard.VerificationGraceDays, 0, 3650),
            SuspensionEvery = Minutes(keys, "Schedules:SuspensionMinutes", standard.SuspensionEvery, MostMinutes),
            InactivityEvery = Minutes(keys, "Schedules:InactivityMinutes", standard.InactivityEvery, MostMinutes),
            ProcessesEvery = Minutes(keys, "Schedules:ProcessesMinutes", standard.ProcessesEvery, MostMinutes),
            RetryAfter = Minutes(keys, "Schedules:RetryMinutes", standard.RetryAfter, MostMinutes),
            ItemsPerRun = Between(keys, "Schedules:ItemsPerRun", standard.ItemsPerRun, 1, 1_000_000),
            PageItems = Between(keys, "Schedules:PageItems", standard.PageItems, 1, ReadModels.Dues.DueDates.MaxLimit),
            Lease = TimeSpan.FromSeconds(Between(keys, "Schedules:LeaseSeconds", (int)standard.Lease.TotalSeconds, 1, 3600)),
        };
    }

    private static TimeSpan Minutes(IConfiguration keys, string key, TimeSpan otherwise, int most) =>
        TimeSpan.FromMinutes(Between(keys, key, (int)otherwise.TotalMinutes, 1, most));

    private static int Between(IConfiguration keys, string key, int otherwise, int least, int most)
    {
        var text = Text(keys, key);
        if (text is null)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Wrong(key, text, $"a whole number of {least} to {most}");
    }

    private static int DepthOf(IConfiguration keys) => Between(keys, "Teams:MaxDepth", Domain.Hierarchy.Queries.DefaultDepthLimit, 1, MostTeamLevels);

    internal static string Word(IConfiguration keys, string key, string otherwise, string[] words)
    {
        var text = Text(keys, key) ?? otherwise;
        return words.FirstOrDefault(word => string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
            ?? throw Wrong(key, text, string.Join(" or ", words));
    }

    private static string[] UrlsOf(IConfiguration keys)
    {
        var text = Text(keys, "Urls") ?? "http://localhost:5080";
        var urls = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var wrong = urls.FirstOrDefault(url => !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/");
        return urls.Length > 0 && wrong is null ? urls : throw Wrong("Urls", wrong ?? text, "addresses as in http://localhost:5080, parted by ';'");
    }

    private static LogLevel LevelOf(IConfiguration keys)
    {
        var text = Text(keys, "Log:Level") ?? nameof(LogLevel.Information);
        return Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) && Enum.IsDefined(level) && !char.IsAsciiDigit(text[0])
            ? level
            : throw Wrong("Log:Level", text, "one of " + string.Join(", ", Enum.GetNames<LogLevel>()));
    }

    private static Uri? EndpointOf(IConfiguration keys)
    {
        var text = Text(keys, "Telemetry:OtlpEndpoint");
        if (text is null)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? uri
            : throw Wrong("Telemetry:OtlpEndpoint", text, "an address as in http://localhost:4317");
    }

    private static string PublicUrlOf(IConfiguration keys)
    {
        var text = Text(keys, "PublicUrl") ?? UrlsOf(keys)[0];
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Query.Length + url.Fragment.Length == 0
            ? text.TrimEnd('/')
            : throw Wrong("PublicUrl", text, "the address people reach this at, as in https://ums.example.org");
    }

    internal static StartRefusedException Wrong(string key, string value, string takes) =>
        new($"Configuration key Ums:{key} is '{value}'; it takes {takes}. Set it in appsettings.json or as Ums__{key.Replace(":", "__")} in the environment.");
}
