using UmsSti.Domain.Membership;

namespace UmsSti.Projections.Audit;

/// <summary>What each event between a person and a team means to an auditor. Reasons are sealed with the person's key.</summary>
internal sealed class MembershipAuditFacts : IEventVisitor<AuditFact>
{
    private readonly RightsAuditFacts _rights = new();

    /// <summary>Id part of the next event's stream: team and person.</summary>
    public string Id { get; private set; } = "";

    private string UserId => _rights.UserId;

    /// <summary>Turns to the stream of the next event.</summary>
    public void TurnTo(string id)
    {
        var cut = id.IndexOf('_', StringComparison.Ordinal);
        (Id, _rights.TeamId, _rights.UserId) = (id, id[..cut], id[(cut + 1)..]);
    }

    public AuditFact TeamMemberAdded(Events.TeamMemberAdded e) => Did("create", ("role", e.Role));

    public AuditFact TeamMemberRemoved(Events.TeamMemberRemoved e) => Did("delete").Because(e.Reason?.Value, UserId);

    public AuditFact TeamMemberRoleChanged(Events.TeamMemberRoleChanged e) => Did("update", ("oldRole", e.OldRole), ("role", e.NewRole));

    public AuditFact TeamInvitationSent(Events.TeamInvitationSent e) =>
        Did("invite", ("role", e.Role), ("expiresAt", EventDetail.Time(e.ExpiresAt))).Because(e.Message?.Value, UserId);

    public AuditFact TeamInvitationAccepted(Events.TeamInvitationAccepted e) => Did("accept");

    public AuditFact TeamInvitationDeclined(Events.TeamInvitationDeclined e) => Did("decline").Because(e.Reason?.Value, UserId);

    public AuditFact TeamInvitationExpired(Events.TeamInvitationExpired e) => Did("expire");

    public AuditFact TeamInvitationRevoked(Events.TeamInvitationRevoked e) => Did("revoke").Because(e.Reason?.Value, UserId);

    public AuditFact MembershipRequested(Events.MembershipRequested e) => Did("request", ("role", e.RequestedRole));

    public AuditFact MembershipRequestApproved(Events.MembershipRequestApproved e) => Did("approve", ("role", e.Role));

    public AuditFact MembershipRequestRejected(Events.MembershipRequestRejected e) => Did("reject").Because(e.Reason?.Value, UserId);

    public AuditFact MembershipRequestWithdrawn(Events.MembershipRequestWithdrawn e) => Did("withdraw");

    public AuditFact MemberDeactivated(Events.MemberDeactivated e) => Did("disable").Because(e.Reason?.Value, UserId);

    public AuditFact MemberReactivated(Events.MemberReactivated e) => Did("enable");

    public AuditFact MemberSuspended(Events.MemberSuspended e) => Did("suspend").Because(e.Reason?.Value, UserId);

    public AuditFact MemberSuspensionLifted(Events.MemberSuspensionLifted e) => Did("restore");

    public AuditFact MemberLeft(Events.MemberLeft e) => Did("leave").Because(e.Reason?.Value, UserId);

    public AuditFact Rights(Domain.Rights.Events.Event e) => Domain.Rights.Reactions.dispatch(_rights, e);

    private AuditFact Did(string action, params ReadOnlySpan<(string Name, string? Value)> detail) =>
        new(action, "membership", Id) { Subject = UserId, Detail = EventDetail.Of([("teamId", _rights.TeamId), .. detail]) };
}
