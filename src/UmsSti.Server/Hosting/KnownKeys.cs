namespace UmsSti.Server.Hosting;

/// <summary>Every key of <c>Ums:</c>. A key that nobody reads stops the start, because it is a slip: what was meant would not hold.</summary>
internal static class KnownKeys
{
    /// <summary>Keys below it are checked where endpoints are read.</summary>
    private const string Endpoints = "Webhooks:";

    /// <summary>All but those of endpoints, as <c>docs/configuration.md</c> lists them.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "DataDirectory", "Urls", "PublicUrl", "Bootstrap:Email", "Bootstrap:Password", "RateLimit:PerUser", "RateLimit:PerSystemUser",
        "Sqlite:Synchronous", "Vault:MasterKey", "Vault:MasterKeyFile", "Teams:MaxDepth", "Log:Level", "Telemetry:OtlpEndpoint",
        "Privacy:ErasureWindowDays", "Smtp:Host", "Smtp:Port", "Smtp:Security", "Smtp:User", "Smtp:Password", "Smtp:From",
        "Notifications:Email:Enabled", "Notifications:Email:TemplateFolder", "Schedules:Enabled", "Schedules:VerificationMinutes",
        "Schedules:VerificationGraceDays", "Schedules:SuspensionMinutes", "Schedules:InactivityMinutes", "Schedules:ProcessesMinutes",
        "Schedules:RetryMinutes", "Schedules:ItemsPerRun", "Schedules:PageItems", "Schedules:LeaseSeconds",
    ];

    /// <summary>Throws <see cref="StartRefusedException"/> naming the first unknown key below <c>Ums</c> and the nearest known one.</summary>
    public static void Check(IConfigurationSection ums)
    {
        var given = ums.AsEnumerable(makePathsRelative: true).Where(pair => pair.Value is not null && pair.Key.Length > 0).Select(pair => pair.Key);
        if (given.Order(StringComparer.OrdinalIgnoreCase).FirstOrDefault(key => !IsKnown(key)) is { } unknown)
        {
            throw new StartRefusedException(
                $"Configuration key Ums:{unknown} is not known; the nearest is Ums:{Nearest(unknown)}. Mend it or take it away, in appsettings.json or as Ums__{unknown.Replace(":", "__", StringComparison.Ordinal)} in the environment.");
        }
    }

    private static bool IsKnown(string key) =>
        key.StartsWith(Endpoints, StringComparison.OrdinalIgnoreCase) || Names.Contains(key, StringComparer.OrdinalIgnoreCase);

    private static string Nearest(string key) => Names.MinBy(name => Distance(key.ToUpperInvariant(), name.ToUpperInvariant()))!;

    /// <summary>Letters to put in, take out or change to make one text of the other (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, corner + (from[i - 1] == to[j - 1] ? 0 : 1));
                corner = above;
            }
        }

        return row[^1];
    }
}
