using System.Globalization;
using System.Runtime.InteropServices;
using SQLitePCL;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Chaos;

/// <summary>A disk a test can fill and free while a server runs on it.</summary>
internal interface IDisk : IDisposable
{
    /// <summary>Where the data folder may lie.</summary>
    string Path { get; }

    /// <summary>Leaves room for a few more writes only.</summary>
    void Fill(ServerProcess server);

    /// <summary>Takes that room too.</summary>
    void Exhaust(ServerProcess server);

    /// <summary>Gives the room back.</summary>
    void Free(ServerProcess server);
}

/// <summary>A file system of its own (needs the right to mount): writes end with ENOSPC.</summary>
internal sealed class SmallFileSystem : IDisk
{
    private const long Bytes = 24 * 1024 * 1024;
    private const int BytesLeft = 384 * 1024;

    private readonly TempFolder folder = new();

    private SmallFileSystem()
    {
    }

    public string Path => folder.Path;

    private string Ballast => folder.File("ballast");

    /// <summary>Mounts one; null where this account may not.</summary>
    public static SmallFileSystem? TryMount()
    {
        var disk = new SmallFileSystem();
        if (OperatingSystem.IsLinux() && LinuxCalls.Mount("tmpfs", disk.Path, "tmpfs", 0, string.Create(CultureInfo.InvariantCulture, $"size={Bytes}")) == 0)
        {
            return disk;
        }

        disk.folder.Dispose();
        return null;
    }

    public void Fill(ServerProcess server)
    {
        using var ballast = File.Create(Ballast);
        var left = new DriveInfo(Path).AvailableFreeSpace - BytesLeft;
        Assert.True(left > 0, "The file system was too small from the start.");
        ballast.Write(new byte[left]);
    }

    public void Exhaust(ServerProcess server)
    {
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var left = new DriveInfo(Path).AvailableFreeSpace;
        ballast.Write(new byte[left]);
    }

    public void Free(ServerProcess server) => File.Delete(Ballast);

    public void Dispose()
    {
        LinuxCalls.Check(LinuxCalls.Unmount(Path, LinuxCalls.DetachWhenIdle));
        folder.Dispose();
    }
}

/// <summary>A limit on the size of every file the server writes, which any account may set for its processes: writes end with EFBIG.</summary>
internal sealed class FileSizeLimit : IDisk
{
    private const int BytesLeft = 96 * 1024;

    private readonly TempFolder folder = new();

    public string Path => folder.Path;

    public void Fill(ServerProcess server) => Set(server, (ulong)(Directory.GetFiles(Path).Max(file => new FileInfo(file).Length) + BytesLeft));

    public void Exhaust(ServerProcess server) => Set(server, 0);

    public void Free(ServerProcess server) => Set(server, LinuxCalls.Unlimited);

    public void Dispose() => folder.Dispose();

    /// <summary>No write of the process goes beyond this offset of a file, from now on.</summary>
    public static void Set(ServerProcess server, ulong bytes) =>
        LinuxCalls.Check(LinuxCalls.SetLimit(server.Id, LinuxCalls.FileSize, new LinuxCalls.Limit { Soft = bytes, Hard = LinuxCalls.Unlimited }, IntPtr.Zero));
}

/// <summary>
/// Makes one file of a stopped installation meet a file size limit before the others: its write-ahead log begins with as many bytes
/// of a table that is gone again, so the next write to it lies beyond them.
/// </summary>
internal static class LongWal
{
    /// <summary>Less than the pages at which any of the files is checkpointed, which would let the log begin anew.</summary>
    private const int BallastBytes = 2 * 1024 * 1024;

    /// <summary>Writes the ballast; the offset the file's next writes lie beyond.</summary>
    public static ulong Write(string path)
    {
        Batteries_V2.Init();
        Check(raw.sqlite3_open(path, out var database));
        Check(raw.sqlite3_exec(database, $"PRAGMA wal_autocheckpoint=0; CREATE TABLE ballast(bytes); INSERT INTO ballast VALUES (zeroblob({BallastBytes})); DROP TABLE ballast"));

        // Closing would move the log into the file, so both are put back as they are now.
        string[] files = [path, path + "-wal"];
        foreach (var file in files)
        {
            File.Copy(file, file + ".kept");
        }

        Check(raw.sqlite3_close(database));
        File.Delete(path + "-shm");
        foreach (var file in files)
        {
            File.Move(file + ".kept", file, overwrite: true);
        }

        return (ulong)new FileInfo(path + "-wal").Length;
    }

    private static void Check(int result) => Assert.Equal(raw.SQLITE_OK, result);
}

/// <summary>Calls of the operating system that .NET does not offer.</summary>
internal static class LinuxCalls
{
    public const int FileSize = 1;
    public const int DetachWhenIdle = 2;
    public const ulong Unlimited = ulong.MaxValue;

    [DllImport("libc", EntryPoint = "mount", SetLastError = true)]
    public static extern int Mount(string source, string target, string type, ulong flags, string data);

    [DllImport("libc", EntryPoint = "umount2", SetLastError = true)]
    public static extern int Unmount(string target, int flags);

    [DllImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    public static extern int SetLimit(int process, int resource, in Limit wanted, IntPtr before);

    public static void Check(int result) => Assert.True(result == 0, Marshal.GetLastPInvokeErrorMessage());

    [StructLayout(LayoutKind.Sequential)]
    public struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
