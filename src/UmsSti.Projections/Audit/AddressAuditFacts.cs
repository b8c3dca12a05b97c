using UmsSti.Domain;

namespace UmsSti.Projections.Audit;

/// <summary>
/// What each event of an e-mail address means to an auditor. The address itself is named by its holder: its index stands in
/// the stream's name and nowhere else.
/// </summary>
internal sealed class AddressAuditFacts : EmailAddress.IEventVisitor<AuditFact>
{
    public AuditFact Claimed(EmailAddress.Events.Claimed e) => new("reserve", "email-address", e.UserId) { Subject = e.UserId };

    public AuditFact Released(EmailAddress.Events.Released e) =>
        new("release", "email-address", e.UserId) { Subject = e.UserId, Reason = e.Reason };
}
