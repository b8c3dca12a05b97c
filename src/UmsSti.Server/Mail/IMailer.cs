using MimeKit;
using UmsSti.Projections.Outbox;

namespace UmsSti.Server.Mail;

/// <summary>Hands one message over.</summary>
internal interface IMailer
{
    /// <summary>Tries once; how that ended, without naming anybody.</summary>
    Task<DeliveryOutcome> Send(MimeMessage message, CancellationToken ct);
}
