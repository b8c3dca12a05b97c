using System.Net;
using System.Net.Sockets;

namespace UmsSti.Server.Webhooks;

/// <summary>The address of an endpoint is one it must not have.</summary>
internal sealed class PrivateAddressException() : IOException("the address is private, and AllowPrivateAddresses is not set");

/// <summary>
/// The HTTP client of one endpoint: no redirects, no proxy, no cookies, bounded answers, and the address is looked at when the
/// connection is made, so that a name which resolves to something else by then gains nothing.
/// </summary>
internal static class WebhookClient
{
    /// <summary>Longest wait for a connection.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Connections are made anew after this time, so that names are looked up again.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>Longest wait for the rest of an answer's body, which nobody reads.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Largest rest of an answer's body that is taken in to keep the connection, in bytes.</summary>
    private const int MaxDrainBytes = 4_096;

    /// <summary>Largest head of an answer, in KiB.</summary>
    private const int MaxHeadKiB = 16;

    public static HttpClient Create(WebhookOptions options) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        MaxConnectionsPerServer = WebhookOptions.MaxConcurrent,
        MaxResponseHeadersLength = MaxHeadKiB,
        MaxResponseDrainSize = MaxDrainBytes,
        ResponseDrainTimeout = DrainTimeout,
        ActivityHeadersPropagator = null,
        ConnectCallback = (context, ct) => Connect(context.DnsEndPoint, options.AllowPrivateAddresses, ct),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // the channel has its own, which also covers the wait for a connection
    };

    private static async ValueTask<Stream> Connect(DnsEndPoint peer, bool allowPrivate, CancellationToken ct)
    {
        var found = await Dns.GetHostAddressesAsync(peer.Host, ct);
        var allowed = allowPrivate ? found : [.. found.Where(address => !PrivateAddresses.Contains(address))];
        if (allowed.Length == 0)
        {
            throw new PrivateAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, peer.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
