using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using UmsSti.Benchmarks.Raw;

namespace UmsSti.Benchmarks.Http;

/// <summary>What one run of wrk saw. Latencies in milliseconds; <see cref="Status"/> counts answers that were not 2xx or 3xx.</summary>
internal sealed record WrkResult(
    long Requests, double Seconds, long Connect, long Read, long Write, long Status, long Timeout, double P50, double P99, double Max)
{
    public double Rate => Requests / Seconds;

    public long Errors => Connect + Read + Write + Status + Timeout;
}

/// <summary>The load generator, a program of the system (see docs/benchmarks.md).</summary>
internal static class Wrk
{
    public const int Connections = 64;

    /// <summary>Threads of wrk; more than the machine has cores only makes it wait for itself.</summary>
    public static readonly int Threads = Math.Min(2, Environment.ProcessorCount);

    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    /// <summary>Whether the program is there.</summary>
    public static bool IsInstalled()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("wrk", "-v") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>GET or PATCH on every user of the file in turn.</summary>
    public static Task<WrkResult> Users(string address, string method, string idsFile, string token, TimeSpan time, CancellationToken ct) =>
        Run("users", address, idsFile, time, [method, idsFile, token, ThreadsText, Guid.NewGuid().ToString("N")], ct);

    /// <summary>GET on every path of the file in turn.</summary>
    public static Task<WrkResult> Paths(string address, string pathsFile, string token, TimeSpan time, CancellationToken ct) =>
        Run("paths", address, pathsFile, time, [pathsFile, token, ThreadsText], ct);

    private static string ThreadsText => Threads.ToString(CultureInfo.InvariantCulture);

    private static async Task<WrkResult> Run(string name, string address, string beside, TimeSpan time, string[] arguments, CancellationToken ct)
    {
        var script = Path.Combine(Path.GetDirectoryName(beside)!, name + ".lua");
        await File.WriteAllTextAsync(script, Scripts.ForWrk(name), ct);
        var seconds = Math.Max(1, (int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        string[] settings = ["-t", ThreadsText, "-c", Connections.ToString(CultureInfo.InvariantCulture), "-d", seconds + "s", "--timeout", "10s", "-s", script, address, "--"];
        var start = new ProcessStartInfo("wrk", [.. settings, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await using var _ = ct.Register(() => process.Kill());
        var errors = process.StandardError.ReadToEndAsync(ct);
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        var line = output.Split('\n').FirstOrDefault(l => l.StartsWith("@@", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk gave no result: {output} {await errors}");
        return JsonSerializer.Deserialize<WrkResult>(line[2..], Json)!;
    }
}
