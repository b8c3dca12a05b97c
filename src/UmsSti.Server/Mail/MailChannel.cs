using System.Security.Cryptography;
using System.Text;
using MimeKit;
using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.Projections;
using UmsSti.Projections.Outbox;
using UmsSti.Server.Authentication;

namespace UmsSti.Server.Mail;

/// <summary>
/// Writes a notice at the moment it is sent, from its event and the recipient's stream, so that nothing personal waits anywhere. A
/// repeat is the same message: same Message-ID, same link.
/// </summary>
internal sealed class MailChannel(
    MailOptions options, string publicUrl, MailTemplates templates, IMailer mailer, NoticeDesk notices, Audiences audiences, EmailVerifications verifications,
    Func<SourceLog, IEventLog> logs, TimeProvider time) : IChannel
{
    /// <summary>Hexadecimal digits of a Message-ID.</summary>
    private const int MessageIdDigits = 40;

    private readonly MailboxAddress from = MailboxAddress.Parse(options.From);

    public string Name => Channels.Mail;

    public int MaxConcurrent => MailOptions.MaxConcurrent;

    public async Task<DeliveryOutcome> Deliver(OutboxItem item, CancellationToken ct)
    {
        if (Audience.isGroup(item.Recipient))
        {
            return await Expand(item, ct);
        }

        if (!NoticeKind.TryParse(item.Kind, out var kind))
        {
            return new DeliveryOutcome.Refused("this program knows no such kind of notice");
        }

        if (await CauseOf(item, ct) is not { } cause)
        {
            return new DeliveryOutcome.Cancelled("its event is not in the log any more");
        }

        var request = new NoticeRequest(kind, item.Parameters, item.Recipient, cause, time.GetUtcNow(), options.IsEnabled);
        return await notices.Judge(request, ct) switch
        {
            NoticeVerdict.Send send => await mailer.Send(await Write(item, send.letter, ct), ct),
            NoticeVerdict.Skip skip => new DeliveryOutcome.Skipped(skip.reason),
            NoticeVerdict.Cancel cancel => new DeliveryOutcome.Cancelled(cancel.reason),
            _ => throw new InvalidOperationException("A notice was judged in no known way."),
        };
    }

    private async Task<DeliveryOutcome> Expand(OutboxItem item, CancellationToken ct)
    {
        if (TeamAudience.TryParse(item.Recipient, out var around) && around is TeamAudience.Affected affected)
        {
            return await CauseOf(item, ct) is { } cause
                ? new DeliveryOutcome.Expanded([.. notices.Affected(cause, affected.from).Select(group => group.Name)])
                : new DeliveryOutcome.Cancelled("its event is not in the log any more");
        }

        var found = around is TeamAudience.Holders holders
            ? await audiences.Holders(holders, item.Position, ct)
            : await audiences.Members(item.Recipient, ct);
        return found is { } recipients
            ? new DeliveryOutcome.Expanded(recipients)
            : new DeliveryOutcome.Retry("the read model is too far behind to say who is in the group");
    }

    private async Task<RecordedEvent?> CauseOf(OutboxItem item, CancellationToken ct)
    {
        var there = await logs(item.Log).ReadAll(item.Position - 1, 1, ct);
        return there.Length > 0 && there[0].EventId == item.EventId ? there[0] : null;
    }

    private async Task<MimeMessage> Write(OutboxItem item, Letter letter, CancellationToken ct)
    {
        var values = new Dictionary<string, string>(letter.Values) { ["url"] = publicUrl };
        if (letter.Proves is { } address)
        {
            var token = await verifications.TokenFor(item.Recipient, address, item.Key, ct);
            values["link"] = $"{publicUrl}{VerifyPage.Path}#user={item.Recipient}&token={token}";
        }

        var text = templates.Fill(item.Kind, letter.Language, values);
        var message = new MimeMessage
        {
            MessageId = IdOf(item.Key),
            Date = time.GetUtcNow(),
            Subject = text.Subject,
            Body = new BodyBuilder { TextBody = text.Text, HtmlBody = text.Html }.ToMessageBody(),
        };
        message.From.Add(from);
        message.To.Add(new MailboxAddress(letter.ToName, letter.To));
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: no holiday answers, please
        message.Headers.Add("Content-Language", letter.Language);
        return message;
    }

    private string IdOf(string key) => $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..MessageIdDigits]}@{from.Domain}";
}
