using UmsSti.Domain.Membership;

namespace UmsSti.Projections.Users;

/// <summary>What happened between a person and one team is in his timeline (QY-18). The reasons stay in the event.</summary>
internal sealed class MembershipFacts(string team) : IEventVisitor<Fact>
{
    private readonly RightsFacts _rights = new(team);

    public Fact TeamMemberAdded(Events.TeamMemberAdded e) => Of(e.By, ("role", e.Role));

    public Fact TeamMemberRemoved(Events.TeamMemberRemoved e) => Of(e.By);

    public Fact TeamMemberRoleChanged(Events.TeamMemberRoleChanged e) => Of(e.By, ("oldRole", e.OldRole), ("role", e.NewRole));

    public Fact TeamInvitationSent(Events.TeamInvitationSent e) => Of(e.By, ("role", e.Role), ("expiresAt", EventDetail.Time(e.ExpiresAt)));

    public Fact TeamInvitationAccepted(Events.TeamInvitationAccepted e) => Of(e.By);

    public Fact TeamInvitationDeclined(Events.TeamInvitationDeclined e) => Of(e.By);

    public Fact TeamInvitationExpired(Events.TeamInvitationExpired e) => Of(e.By);

    public Fact TeamInvitationRevoked(Events.TeamInvitationRevoked e) => Of(e.By);

    public Fact MembershipRequested(Events.MembershipRequested e) => Of(e.By, ("role", e.RequestedRole));

    public Fact MembershipRequestApproved(Events.MembershipRequestApproved e) => Of(e.By, ("role", e.Role));

    public Fact MembershipRequestRejected(Events.MembershipRequestRejected e) => Of(e.By);

    public Fact MembershipRequestWithdrawn(Events.MembershipRequestWithdrawn e) => Of(e.By);

    public Fact MemberDeactivated(Events.MemberDeactivated e) => Of(e.By);

    public Fact MemberReactivated(Events.MemberReactivated e) => Of(e.By);

    public Fact MemberSuspended(Events.MemberSuspended e) => Of(e.By);

    public Fact MemberSuspensionLifted(Events.MemberSuspensionLifted e) => Of(e.By);

    public Fact MemberLeft(Events.MemberLeft e) => Of(e.By);

    public Fact Rights(Domain.Rights.Events.Event e) => Domain.Rights.Reactions.dispatch(_rights, e);

    private Fact Of(string actor, params ReadOnlySpan<(string Name, string? Value)> details) =>
        Fact.Membership(actor, [("team", team), .. details]);
}
