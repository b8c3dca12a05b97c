namespace UmsSti.Benchmarks.Http;

/// <summary>The first system user of a folder that the benchmarks make.</summary>
internal static class Bootstrap
{
    public const string Email = "root@example.org";

    /// <summary>Of everybody who signs in to a throw-away folder; long enough for every policy.</summary>
    public const string Password = "Measured-Twice-0nce!";
}
