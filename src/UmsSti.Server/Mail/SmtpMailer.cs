using System.Net.Sockets;
using System.Text.RegularExpressions;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using UmsSti.Projections.Outbox;

namespace UmsSti.Server.Mail;

/// <summary>
/// Sends over SMTP, one connection a message. What fails before the server has heard of the message is the server's trouble and costs
/// the message no try; what it says about the message is: 4yz later again, 5yz never.
/// </summary>
internal sealed partial class SmtpMailer(SmtpOptions options, ILogger<SmtpMailer> log) : IMailer
{
    /// <summary>Longest wait for one answer of the server.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Longest reason kept, in characters.</summary>
    private const int MaxReason = 200;

    private static readonly FormatOptions International = MakeInternational();

    public async Task<DeliveryOutcome> Send(MimeMessage message, CancellationToken ct)
    {
        using var client = new SmtpClient { Timeout = (int)AnswerTimeout.TotalMilliseconds };
        if (await Connect(client, ct) is { } absent)
        {
            return absent;
        }

        var outcome = await SendOn(client, message, ct);
        if (outcome is DeliveryOutcome.Delivered)
        {
            await SayGoodbye(client, ct);
        }

        return outcome;
    }

    private async Task<DeliveryOutcome?> Connect(SmtpClient client, CancellationToken ct)
    {
        try
        {
            await client.ConnectAsync(options.Host, options.Port, SocketOptionsOf(options.Security), ct);
            if (options.User is not null)
            {
                await client.AuthenticateAsync(options.User, options.Password ?? "", ct);
            }

            return null;
        }
        catch (AuthenticationException)
        {
            return new DeliveryOutcome.PeerDown("the mail server refuses Ums:Smtp:User and Password");
        }
        catch (SslHandshakeException)
        {
            return new DeliveryOutcome.PeerDown("no TLS with the mail server: its certificate is not trusted or Ums:Smtp:Security is wrong");
        }
        catch (NotSupportedException)
        {
            return new DeliveryOutcome.PeerDown("the mail server does not offer what Ums:Smtp:Security or User ask for");
        }
        catch (SmtpCommandException said)
        {
            return new DeliveryOutcome.PeerDown(ReasonOf(said));
        }
        catch (Exception failure) when (failure is SocketException or IOException or TimeoutException or ProtocolException)
        {
            return new DeliveryOutcome.PeerDown($"no connection to the mail server ({failure.GetType().Name})");
        }
    }

    private static async Task<DeliveryOutcome> SendOn(SmtpClient client, MimeMessage message, CancellationToken ct)
    {
        var needsUtf8 = !message.To.Mailboxes.All(mailbox => System.Text.Ascii.IsValid(mailbox.Address));
        if (needsUtf8 && !client.Capabilities.HasFlag(SmtpCapabilities.UTF8))
        {
            return new DeliveryOutcome.Refused("the mail server takes no addresses with letters beyond ASCII (SMTPUTF8)");
        }

        try
        {
            await client.SendAsync(needsUtf8 ? International : FormatOptions.Default, message, ct);
            return new DeliveryOutcome.Delivered();
        }
        catch (SmtpCommandException said) when (said.StatusCode == SmtpStatusCode.ExceededStorageAllocation)
        {
            // Too big: the fault of this message, even where it is said of the sender (MAIL FROM with SIZE); the next one may pass.
            return new DeliveryOutcome.Refused(ReasonOf(said));
        }
        catch (SmtpCommandException said) when (said.ErrorCode == SmtpErrorCode.SenderNotAccepted || (int)said.StatusCode == 421)
        {
            return new DeliveryOutcome.PeerDown(ReasonOf(said));
        }
        catch (SmtpCommandException said) when ((int)said.StatusCode >= 500)
        {
            return new DeliveryOutcome.Refused(ReasonOf(said));
        }
        catch (SmtpCommandException said)
        {
            return new DeliveryOutcome.Retry(ReasonOf(said));
        }
        catch (Exception failure) when (failure is IOException or TimeoutException or ProtocolException or SocketException)
        {
            return new DeliveryOutcome.Retry($"the connection broke while sending ({failure.GetType().Name})");
        }
    }

    // The message is taken; how the server takes the farewell changes nothing.
    private async Task SayGoodbye(SmtpClient client, CancellationToken ct)
    {
        try
        {
            await client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ProtocolException or CommandException or TimeoutException or OperationCanceledException)
        {
            NoGoodbye(log, failure.GetType().Name);
        }
    }

    /// <summary>What the server said, without addresses: reasons are stored.</summary>
    private static string ReasonOf(SmtpCommandException said)
    {
        var text = Address().Replace($"{(int)said.StatusCode} {said.Message.ReplaceLineEndings(" ")}", "[address]");
        return text.Length > MaxReason ? text[..MaxReason] : text;
    }

    private static SecureSocketOptions SocketOptionsOf(SmtpSecurity security) => security switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    private static FormatOptions MakeInternational()
    {
        var format = FormatOptions.Default.Clone();
        format.International = true;
        return format;
    }

    [GeneratedRegex(@"<?[^\s<>@]+@[^\s<>@]+>?")]
    private static partial Regex Address();

    [LoggerMessage(1, LogLevel.Debug, "The mail server did not answer QUIT ({Failure}); it had taken the message.")]
    private static partial void NoGoodbye(ILogger logger, string failure);
}
