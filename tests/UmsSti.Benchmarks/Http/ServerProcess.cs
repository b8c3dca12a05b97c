using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace UmsSti.Benchmarks.Http;

/// <summary>A server in a process of its own: ours, or the bare one. What it prints is kept for the case that it fails.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _printed = new();

    private ServerProcess(Process process, string address)
    {
        _process = process;
        Address = address;
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(30) };
    }

    public string Address { get; }

    public HttpClient Client { get; }

    /// <summary>Time from the start of the process to the first 200 of /health/ready.</summary>
    public TimeSpan TimeToReady { get; private set; }

    /// <summary>Resident memory now, in MB (10^6 bytes).</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Starts our server on a data folder, with rate limits off, and waits until it is ready.</summary>
    public static Task<ServerProcess> StartOurs(string dataFolder, CancellationToken ct)
    {
        var address = FreeAddress();
        return Start(
            [Path.Combine(AppContext.BaseDirectory, "ums.dll"), "serve"],
            address,
            new()
            {
                ["Ums__DataDirectory"] = dataFolder,
                ["Ums__Urls"] = address,
                ["Ums__Bootstrap__Email"] = Bootstrap.Email,
                ["Ums__Bootstrap__Password"] = Bootstrap.Password,
                // A mail for every change would measure the folder the mails land in.
                ["Ums__Notifications__Email__Enabled"] = "false",
                ["Ums__RateLimit__PerUser"] = "0",
                ["Ums__RateLimit__PerSystemUser"] = "0",
            },
            ct);
    }

    /// <summary>Starts the bare endpoint on its own database.</summary>
    public static Task<ServerProcess> StartBare(string databaseFile, CancellationToken ct)
    {
        var address = FreeAddress();
        return Start([typeof(ServerProcess).Assembly.Location, "bare", databaseFile, address], address, [], ct);
    }

    /// <summary>Asks the process to stop, as an operator would, and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            if (Kill(_process.Id, Terminate) != 0)
                _process.Kill();
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                throw new InvalidOperationException($"{Address} did not stop within {StopLimit.TotalSeconds} s. It printed: {_printed}");
            }
        }

        _process.Dispose();
    }

    private static async Task<ServerProcess> Start(string[] command, string address, Dictionary<string, string> environment, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        var server = new ServerProcess(process, address);
        process.OutputDataReceived += server.Keep;
        process.ErrorDataReceived += server.Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await server.WaitReady(started, ct);
            return server;
        }
        catch
        {
            if (!process.HasExited)
                process.Kill();
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task WaitReady(long started, CancellationToken ct)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        do
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The server ended with {_process.ExitCode} before it was ready. It printed: {_printed}");
            try
            {
                using var answer = await Client.GetAsync("/health/ready", ct);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    TimeToReady = Stopwatch.GetElapsedTime(started);
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            if (Stopwatch.GetElapsedTime(started) > ReadyLimit)
                throw new InvalidOperationException($"The server was not ready within {ReadyLimit.TotalMinutes} min. It printed: {_printed}");
        }
        while (await tick.WaitForNextTickAsync(ct));
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_printed)
        {
            if (_printed.Length < 8192)
                _printed.AppendLine(line.Data);
        }
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
