using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using UmsSti.Server.Http;
using UmsSti.Server.Mail;
using UmsSti.Server.Telemetry;
using UmsSti.Store;

namespace UmsSti.Server.Hosting;

/// <summary>The running server: Kestrel, the routes, and the installation below them.</summary>
public sealed partial class UmsServer : IAsyncDisposable
{
    /// <summary>Longest wait for requests that have begun when the server stops.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly WebApplication app;
    private readonly Installation installation;
    private readonly Readiness readiness;
    private readonly ILogger log;

    private UmsServer(WebApplication app, Installation installation, ServerOptions options, Readiness readiness)
    {
        this.app = app;
        this.installation = installation;
        this.readiness = readiness;
        log = app.Services.GetRequiredService<ILogger<UmsServer>>();
        Listening(log, string.Join(' ', Urls), installation.Folder.Path, installation.Events.Head);
        SayWhereMailGoes(options.Mail);
        app.Lifetime.ApplicationStopping.Register(Stopping);
        Stopped = app.WaitForShutdownAsync();
        Ready = WaitForReady();
    }

    /// <summary>Addresses it really listens on (a port of 0 has become one).</summary>
    public IReadOnlyList<string> Urls => [.. app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];

    /// <summary>Completes when the server has been told to stop and has finished the requests that had begun.</summary>
    public Task Stopped { get; }

    /// <summary>Completes when every strong read model has caught up once.</summary>
    public Task Ready { get; }

    /// <summary>Everything that is routed, for checks of the API description.</summary>
    internal IReadOnlyList<Endpoint> Endpoints => app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>Completes when everything that has happened so far is reacted to and nothing of the outbox is due, for tests.</summary>
    internal Task ReactionsSettled(CancellationToken ct) => installation.Reactors.Settled(ct);

    /// <summary>Opens the installation, listens, and makes the first user of an empty one.</summary>
    public static async Task<UmsServer> Start(ServerOptions options, TimeProvider time, CancellationToken ct)
    {
        var readiness = new Readiness();
        var app = Build(options, readiness, time);
        Installation? installation = null;
        try
        {
            installation = Installation.Open(options, time, app.Services.GetRequiredService<ILoggerFactory>());
            Routes.Map(app, installation, options, readiness, time);
            await installation.Projections.StartAsync(ct);
            await installation.Reactors.StartAsync(ct);
            await Listen(app, options, ct);
            await Bootstrap.Run(installation, options.Bootstrap, time, ct);
            readiness.SetOpen();
            return new UmsServer(app, installation, options, readiness);
        }
        catch
        {
            // In the order of a stop: what still runs below may log until it is closed.
            readiness.SetStopping();
            await app.StopAsync(CancellationToken.None);
            if (installation is not null)
            {
                await installation.DisposeAsync();
            }

            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops listening, finishes what has begun, drains the writers and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        readiness.SetStopping();
        await app.StopAsync();
        await Stopped;
        await installation.DisposeAsync();
        await app.DisposeAsync();
    }

    private async Task WaitForReady()
    {
        await installation.Projections.CaughtUp;
        readiness.SetReady();
        installation.Schedules.Start();
        IsReady(log);
    }

    private void Stopping()
    {
        readiness.SetStopping();
        IsStopping(log);
    }

    private void SayWhereMailGoes(MailOptions mail)
    {
        if (!mail.IsEnabled)
        {
            MailIsOff(log);
        }
        else if (mail.Smtp is null)
        {
            MailGoesToFiles(log, installation.Folder.File(DataFolder.MailFolder));
        }
    }

    private static WebApplication Build(ServerOptions options, Readiness readiness, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = options.IsDevelopment ? Environments.Development : Environments.Production });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls([.. options.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBody.MaxDrainedBytes;
            kestrel.Limits.MaxConcurrentConnections = 10_000;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        });
        builder.AddTelemetry(options);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(readiness);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.AddOpenApi("v1", description =>
        {
            description.OpenApiVersion = Microsoft.OpenApi.OpenApiSpecVersion.OpenApi3_1;
            description.AddDocumentTransformer<ApiDescription>();
        });
        return builder.Build();
    }

    private static async Task Listen(WebApplication app, ServerOptions options, CancellationToken ct)
    {
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new StartRefusedException($"{string.Join(" or ", options.Urls)} is in use by another process: stop that one or choose another port with Ums__Urls.", failure);
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidOperationException)
        {
            throw new StartRefusedException($"Cannot listen on {string.Join(", ", options.Urls)} ({failure.Message}): choose another address with Ums__Urls.", failure);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Listening on {Urls}; folder {Folder}, {Events} events.")]
    private static partial void Listening(ILogger logger, string urls, string folder, long events);

    [LoggerMessage(2, LogLevel.Information, "Ready: every read model has caught up.")]
    private static partial void IsReady(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Stopping: finishing what has begun.")]
    private static partial void IsStopping(ILogger logger);

    [LoggerMessage(4, LogLevel.Warning, "No mail server is configured (Ums:Smtp:Host): messages become files in {Folder}.")]
    private static partial void MailGoesToFiles(ILogger logger, string folder);

    [LoggerMessage(5, LogLevel.Information, "Mail is off (Ums:Notifications:Email:Enabled).")]
    private static partial void MailIsOff(ILogger logger);
}
