using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using UmsSti.Projections;
using UmsSti.Server.Webhooks;

namespace UmsSti.Server.Tests.Webhooks;

/// <summary>One delivery as it arrived.</summary>
internal sealed record Delivery(string Path, string Id, string Timestamp, string Signature, string ContentType, byte[] Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    /// <summary>The signature made anew, from the specification alone.</summary>
    public string Expected(byte[] secret) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, (byte[])[.. Encoding.ASCII.GetBytes($"{Id}.{Timestamp}."), .. Body]));
}

/// <summary>A real HTTP server that takes webhooks and answers as the test decides.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    public static readonly byte[] Secret = Encoding.ASCII.GetBytes("a secret of thirty-two bytes !!!");

    private readonly WebApplication app;
    private readonly ConcurrentQueue<Delivery> taken = new();
    private TaskCompletionSource came = NewSignal();

    private Receiver(WebApplication app) => this.app = app;

    /// <summary>How a delivery is answered; 204 when nothing is said.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = http =>
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    public Delivery[] Taken => [.. taken];

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new Receiver(builder.Build());
        receiver.app.Run(receiver.Take);
        await receiver.app.StartAsync();
        return receiver;
    }

    public WebhookOptions Endpoint(string name, string path = "/", bool allowPrivate = true, SourceLog log = SourceLog.Domain, params string[] types) =>
        new(name, new Uri(Url + path), Secret, types.Length == 0 ? ["*"] : types, log, allowPrivate);

    /// <summary>Waits until what has come fulfils a condition.</summary>
    public async Task When(Func<Delivery[], bool> condition)
    {
        while (true)
        {
            var next = came.Task;
            if (condition(Taken))
            {
                return;
            }

            await next.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task Take(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers;
        taken.Enqueue(new Delivery(http.Request.Path, headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, http.Request.ContentType!, body.ToArray()));
        Interlocked.Exchange(ref came, NewSignal()).SetResult();
        await Answer(http);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
