using System.Globalization;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace UmsSti.Benchmarks.Harness;

/// <summary>What the figures were taken on.</summary>
public sealed record Machine(string Processor, int Cores, double MemoryGibibytes, string System, string Runtime, string Sqlite, string FileSystem)
{
    public static Machine Here(string folder)
    {
        Batteries_V2.Init();
        return new Machine(
            ProcessorName(),
            Environment.ProcessorCount,
            Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30), 1),
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            raw.sqlite3_libversion().utf8_to_string(),
            FileSystemOf(folder));
    }

    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cores} cores ({Processor}), {MemoryGibibytes:0.0} GiB memory, files on {FileSystem}, {System}, {Runtime}, SQLite {Sqlite}");

    private static string ProcessorName()
    {
        const string info = "/proc/cpuinfo";
        var line = File.Exists(info) ? File.ReadLines(info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string FileSystemOf(string folder)
    {
        var full = Path.GetFullPath(folder);
        return DriveInfo.GetDrives()
            .Where(drive => full.StartsWith(drive.Name, StringComparison.Ordinal))
            .OrderByDescending(drive => drive.Name.Length)
            .Select(drive => drive.DriveFormat)
            .FirstOrDefault() ?? "unknown";
    }
}
