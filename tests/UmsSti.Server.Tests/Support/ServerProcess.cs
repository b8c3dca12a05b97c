using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace UmsSti.Server.Tests.Support;

/// <summary>The real program in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>Longest wait for a start or an end; generous, because the machine may be busy.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private TaskCompletionSource spoken = NewSignal();

    private ServerProcess(Process process, HttpClient http)
    {
        this.process = process;
        Http = http;
    }

    public HttpClient Http { get; }

    public int Id => process.Id;

    /// <summary>Lines of standard output so far: the log.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    /// <summary>Lines of standard error so far.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>A port nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts the server on a folder and waits until it is ready.</summary>
    public static async Task<ServerProcess> Start(string folder, int port, params (string Name, string Value)[] environment)
    {
        var server = Launch(folder, port, environment);
        await server.WaitReady();
        return server;
    }

    /// <summary>Starts the server on a folder without waiting.</summary>
    public static ServerProcess Launch(string folder, int port, params (string Name, string Value)[] environment)
    {
        var start = Program(["serve", "--data", folder], [
            ("Ums__Urls", $"http://127.0.0.1:{port}"), ("Ums__Bootstrap__Email", TestOptions.RootEmail), ("Ums__Bootstrap__Password", TestOptions.RootPassword),
            ("Ums__RateLimit__PerUser", "0"), ("Ums__RateLimit__PerSystemUser", "0"), .. environment,
        ]);
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        var server = new ServerProcess(new Process { StartInfo = start }, http);
        server.process.OutputDataReceived += (_, line) => server.Keep(server.Output, line.Data);
        server.process.ErrorDataReceived += (_, line) => server.Keep(server.Errors, line.Data);
        server.process.Start();
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> Run(string[] arguments, params (string Name, string Value)[] environment) =>
        await RunToEnd(Program(arguments, environment), "");

    /// <summary>Runs a verb to its end, with text on standard input.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunWith(string input, string[] arguments) => RunToEnd(Program(arguments, []), input);

    /// <summary>Runs a verb to its end, in a working folder.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunIn(string folder, string[] arguments)
    {
        var start = Program(arguments, []);
        start.WorkingDirectory = folder;
        return RunToEnd(start, "");
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunToEnd(ProcessStartInfo start, string input)
    {
        using var process = new Process { StartInfo = start };
        process.StartInfo.RedirectStandardInput = true;
        process.Start();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Waits until the server says it is ready; fails when it ends instead.</summary>
    public async Task WaitReady()
    {
        await When(() => Output.Any(line => line.Contains("\"event\":\"IsReady\"", StringComparison.Ordinal)), "The server did not become ready.");
        using var answer = await Http.GetAsync("/health/ready");
        Assert.True(answer.IsSuccessStatusCode, "The server said it was ready and is not.");
    }

    /// <summary>Waits until what the server has said fulfils a condition, looked at again with each of its lines; fails when it ends instead.</summary>
    public async Task When(Func<bool> condition, string message)
    {
        var ended = process.WaitForExitAsync();
        while (true)
        {
            // Taken before the look, so that no line falls between the two.
            var next = spoken.Task;
            if (condition())
            {
                return;
            }

            Assert.False(process.HasExited, $"{message} It ended: {string.Join(" | ", Errors)}");
            await Task.WhenAny(next, ended).WaitAsync(Patience);
        }
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Ends it as an operator does (SIGTERM); the exit code.</summary>
    public async Task<int> Stop()
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await Kill();
        }

        Http.Dispose();
        process.Dispose();
    }

    private void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
            Interlocked.Exchange(ref spoken, NewSignal()).SetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static ProcessStartInfo Program(string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ums.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
