using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.Projections.Outbox;

namespace UmsSti.Server.Webhooks;

/// <summary>
/// Posts events to one endpoint, signed as Standard Webhooks has it: HMAC-SHA256 over id, time and body. A repeat has the same id.
/// </summary>
internal sealed class WebhookChannel(WebhookOptions options, IEventLog log, EventViews views, string publicUrl, TimeProvider time) : IChannel, IDisposable
{
    private readonly HttpClient http = WebhookClient.Create(options);

    public string Name => Channels.webhook(options.Name);

    public int MaxConcurrent => WebhookOptions.MaxConcurrent;

    public async Task<DeliveryOutcome> Deliver(OutboxItem item, CancellationToken ct)
    {
        var there = await log.ReadAll(item.Position - 1, 1, ct);
        if (there.Length == 0 || there[0].EventId != item.EventId)
        {
            return new DeliveryOutcome.Cancelled("its event is not in the log any more");
        }

        var body = CloudEvent.Write(options.Log, there[0], views.Redact(there[0]), publicUrl + "/api/v1/events");
        using var limit = new CancellationTokenSource(WebhookOptions.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            using var request = Request(CloudEvent.IdOf(options.Log, item.EventId), body);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return OutcomeOf(answer);
        }
        catch (HttpRequestException failure) when (failure.InnerException is PrivateAddressException refused)
        {
            return new DeliveryOutcome.Refused(refused.Message);
        }
        catch (HttpRequestException failure)
        {
            return new DeliveryOutcome.PeerDown($"no answer ({failure.HttpRequestError})");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return new DeliveryOutcome.PeerDown($"no answer within {WebhookOptions.Timeout.TotalSeconds:0} s");
        }
    }

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(string id, byte[] body)
    {
        var at = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(CloudEvent.ContentType) { CharSet = "utf-8" };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", at);
        request.Headers.Add("webhook-signature", "v1," + Signature($"{id}.{at}.", body));
        request.Headers.UserAgent.ParseAdd("UMS-STI");
        return request;
    }

    private string Signature(string head, byte[] body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, options.Secret);
        hmac.AppendData(Encoding.UTF8.GetBytes(head));
        hmac.AppendData(body);
        return Convert.ToBase64String(hmac.GetHashAndReset());
    }

    private DeliveryOutcome OutcomeOf(HttpResponseMessage answer)
    {
        var reason = $"answered {(int)answer.StatusCode}";
        return answer.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new DeliveryOutcome.Delivered(reason),
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                new DeliveryOutcome.PeerDown(reason, RetryAfter(answer)),
            HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or >= HttpStatusCode.InternalServerError => new DeliveryOutcome.Retry(reason, RetryAfter(answer)),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new DeliveryOutcome.Refused(reason + ", and redirects are not followed"),
            _ => new DeliveryOutcome.Refused(reason),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter is not { } asked ? null : asked.Delta ?? asked.Date - time.GetUtcNow();
}
