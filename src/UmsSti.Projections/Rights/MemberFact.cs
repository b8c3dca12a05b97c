using UmsSti.Domain;
using UmsSti.Domain.Membership;

namespace UmsSti.Projections.Rights;

/// <summary>What an event says about a membership, beside what the domain's fold makes of it.</summary>
/// <param name="Action">The word of the histories.</param>
/// <param name="By">A user id or "system:{job}".</param>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">Null: not said, or erased.</param>
internal readonly record struct MemberFact(string Action, string By, DateTimeOffset At, string? Reason = null);

/// <summary>The word for each event of a membership. A new event does not compile without one.</summary>
internal sealed class MemberFacts : IEventVisitor<MemberFact>
{
    public static readonly MemberFacts Instance = new();

    public MemberFact TeamMemberAdded(Events.TeamMemberAdded e) => new("added", e.By, e.At);

    public MemberFact TeamMemberRemoved(Events.TeamMemberRemoved e) => new("removed", e.By, e.At, Text(e.Reason?.Value));

    public MemberFact TeamMemberRoleChanged(Events.TeamMemberRoleChanged e) => new("role_changed", e.By, e.At);

    public MemberFact TeamInvitationSent(Events.TeamInvitationSent e) => new("invited", e.By, e.At);

    public MemberFact TeamInvitationAccepted(Events.TeamInvitationAccepted e) => new("invitation_accepted", e.By, e.At);

    public MemberFact TeamInvitationDeclined(Events.TeamInvitationDeclined e) => new("invitation_declined", e.By, e.At, Text(e.Reason?.Value));

    public MemberFact TeamInvitationExpired(Events.TeamInvitationExpired e) => new("invitation_expired", e.By, e.At);

    public MemberFact TeamInvitationRevoked(Events.TeamInvitationRevoked e) => new("invitation_revoked", e.By, e.At, Text(e.Reason?.Value));

    public MemberFact MembershipRequested(Events.MembershipRequested e) => new("requested", e.By, e.At);

    public MemberFact MembershipRequestApproved(Events.MembershipRequestApproved e) => new("request_approved", e.By, e.At);

    public MemberFact MembershipRequestRejected(Events.MembershipRequestRejected e) => new("request_rejected", e.By, e.At, Text(e.Reason?.Value));

    public MemberFact MembershipRequestWithdrawn(Events.MembershipRequestWithdrawn e) => new("request_withdrawn", e.By, e.At);

    public MemberFact MemberDeactivated(Events.MemberDeactivated e) => new("deactivated", e.By, e.At, Text(e.Reason?.Value));

    public MemberFact MemberReactivated(Events.MemberReactivated e) => new("reactivated", e.By, e.At);

    public MemberFact MemberSuspended(Events.MemberSuspended e) => new("suspended", e.By, e.At, Text(e.Reason?.Value));

    public MemberFact MemberSuspensionLifted(Events.MemberSuspensionLifted e) => new("suspension_lifted", e.By, e.At);

    public MemberFact MemberLeft(Events.MemberLeft e) => new("left", e.By, e.At, Text(e.Reason?.Value));

    public MemberFact Rights(Domain.Rights.Events.Event e)
    {
        var fact = Domain.Rights.Reactions.dispatch(GivenFacts.Instance, e);
        return new(fact.Action, fact.By, fact.At, fact.Reason);
    }

    private static string? Text(Personal? reason) => GivenFacts.Text(reason);
}
