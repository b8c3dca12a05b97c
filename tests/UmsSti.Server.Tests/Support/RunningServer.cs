using UmsSti.Server.Hosting;

namespace UmsSti.Server.Tests.Support;

/// <summary>A server in this process, behind real HTTP on a free port, on real files in a folder of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly TempFolder? folder;
    private readonly UmsServer server;

    private RunningServer(TempFolder? folder, UmsServer server, HttpClient http, ContractCheck contract, string rootToken)
    {
        this.folder = folder;
        this.server = server;
        Http = http;
        Nobody = new ApiClient(http, contract);
        Root = Nobody.As(rootToken);
        Contract = contract;
    }

    public HttpClient Http { get; }

    public ContractCheck Contract { get; }

    /// <summary>A caller without a token.</summary>
    public ApiClient Nobody { get; }

    /// <summary>The system user of the first start.</summary>
    public ApiClient Root { get; }

    public UmsServer Server => server;

    public static async Task<RunningServer> Start(Func<ServerOptions, ServerOptions>? change = null, string? path = null, TimeProvider? time = null)
    {
        var folder = path is null ? new TempFolder() : null;
        var options = TestOptions.For(path ?? folder!.Path);
        var server = await UmsServer.Start(change is null ? options : change(options), time ?? TimeProvider.System, CancellationToken.None);
        await server.Ready;
        var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64, UseProxy = false, AllowAutoRedirect = false, RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 }) { BaseAddress = new Uri(server.Urls[0]) };
        var contract = await ContractCheck.Load(http);
        var token = await new ApiClient(http, contract).SignIn(TestOptions.RootEmail, TestOptions.RootPassword);
        return new RunningServer(folder, server, http, contract, token);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await server.DisposeAsync();
        folder?.Dispose();
    }
}

/// <summary>One server for the tests that do not mind the others.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private int count;

    internal RunningServer Running { get; private set; } = null!;

    internal ApiClient Root => Running.Root;

    internal ApiClient Nobody => Running.Nobody;

    /// <summary>An address nobody has used.</summary>
    internal string NewEmail(string name = "user") => $"{name}{Interlocked.Increment(ref count)}@example.org";

    /// <summary>A new active user of a type, and a client that is signed in as him.</summary>
    internal async Task<(string Id, string Email, ApiClient Api)> NewCaller(string type = "standard")
    {
        var email = NewEmail(type);
        var id = await Root.NewUser(email, "Caller", type);
        if (type == "admin")
        {
            (await Root.Post($"/users/{id}/activate")).Is(200);
        }

        return (id, email, Nobody.As(await Nobody.SignIn(email, TestOptions.UserPassword)));
    }

    public async ValueTask InitializeAsync() => Running = await RunningServer.Start();

    public ValueTask DisposeAsync() => Running.DisposeAsync();
}
