using UmsSti.Domain.User;
using Events = UmsSti.Domain.User.Events;

namespace UmsSti.Projections.Audit;

/// <summary>What each event of a user means to an auditor. A new event does not compile without an answer here.</summary>
internal sealed class UserAuditFacts : IEventVisitor<AuditFact>
{
    private readonly RightsAuditFacts _rights = new();

    /// <summary>The user of the next event.</summary>
    public string UserId { get; set; } = "";

    public AuditFact UserRegistrationInitiated(Events.UserRegistrationInitiated e) => Did("create", ("userType", e.Type));

    public AuditFact AdminRegistrationInitiated(Events.AdminRegistrationInitiated e) => Did("create", ("userType", "admin"));

    public AuditFact UserRegistrationCompleted(Events.UserRegistrationCompleted e) => Changed(e.Profile.Select(value => value.Field));

    public AuditFact UserActivated(Events.UserActivated e) => Did("enable", ("method", e.Method));

    public AuditFact UserReactivated(Events.UserReactivated e) => Did("enable");

    public AuditFact AdminUserActivated(Events.AdminUserActivated e) => Did("approve");

    public AuditFact AdminUserRejected(Events.AdminUserRejected e) => Did("reject").Because(e.Reason, UserId);

    public AuditFact UserDeactivated(Events.UserDeactivated e) => Did("disable").Because(e.Reason, UserId);

    public AuditFact UserStateAutoInactivated(Events.UserStateAutoInactivated e) =>
        Did("disable", ("lastActivityAt", EventDetail.Time(e.LastActivityAt)), ("thresholdDays", $"{e.ThresholdDays}")) with { Reason = "inactivity" };

    public AuditFact UserSuspended(Events.UserSuspended e) => Did("suspend", ("until", EventDetail.Time(e.Until?.Value))).Because(e.Reason, UserId);

    public AuditFact UserUnsuspended(Events.UserUnsuspended e) => Did("restore").Because(e.Note, UserId);

    public AuditFact UserArchived(Events.UserArchived e) => Did("archive").Because(e.Reason?.Value, UserId);

    public AuditFact UserPurged(Events.UserPurged e) => Did("delete") with { Reason = e.LegalBasis };

    public AuditFact AdminReviewStarted(Events.AdminReviewStarted e) => Did("review/start").Because(e.Trigger, UserId);

    public AuditFact AdminReviewConcluded(Events.AdminReviewConcluded e) => Did("review/conclude", ("outcome", e.Outcome)).Because(e.Note, UserId);

    public AuditFact UserVerificationExpired(Events.UserVerificationExpired e) => Did("expire");

    public AuditFact UserVerificationResent(Events.UserVerificationResent e) => Did("notify", ("expiresAt", EventDetail.Time(e.ExpiresAt)));

    public AuditFact UserEmailVerified(Events.UserEmailVerified e) => Did("verify");

    public AuditFact UserProfileUpdated(Events.UserProfileUpdated e) => Changed(e.Changes.Select(change => change.Field));

    public AuditFact UserEmailChanged(Events.UserEmailChanged e) => Changed(["email"]);

    public AuditFact UserPreferencesUpdated(Events.UserPreferencesUpdated e) => Changed(e.Changes.Select(change => "preferences." + change.Key));

    public AuditFact UserActiveTeamSwitched(Events.UserActiveTeamSwitched e) => Changed(["activeTeam"]);

    public AuditFact Rights(Domain.Rights.Events.Event e)
    {
        _rights.UserId = UserId;
        return Domain.Rights.Reactions.dispatch(_rights, e);
    }

    private AuditFact Did(string action, params ReadOnlySpan<(string Name, string? Value)> details) =>
        AuditFact.OfUser(action, UserId, details.IsEmpty ? null : EventDetail.Of(details));

    private AuditFact Changed(IEnumerable<string> fields) => AuditFact.OfUser("update", UserId, EventDetail.Fields(fields));
}
