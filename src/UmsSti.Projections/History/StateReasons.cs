using UmsSti.Domain;
using UmsSti.Domain.User;

namespace UmsSti.Projections.History;

/// <summary>The reason an event gives for a change of state, as it stands there; null where it gives none.</summary>
internal sealed class StateReasons : IEventVisitor<Personal?>
{
    private static readonly StateReasons All = new();

    public static Personal? Of(Events.Event fact) => Reactions.dispatch(All, fact);

    public Personal? UserDeactivated(Events.UserDeactivated e) => e.Reason;

    public Personal? UserSuspended(Events.UserSuspended e) => e.Reason;

    public Personal? UserUnsuspended(Events.UserUnsuspended e) => e.Note;

    public Personal? UserArchived(Events.UserArchived e) => e.Reason?.Value;

    public Personal? AdminUserRejected(Events.AdminUserRejected e) => e.Reason;

    public Personal? AdminReviewStarted(Events.AdminReviewStarted e) => e.Trigger;

    public Personal? AdminReviewConcluded(Events.AdminReviewConcluded e) => e.Note;

    public Personal? UserRegistrationInitiated(Events.UserRegistrationInitiated e) => null;

    public Personal? AdminRegistrationInitiated(Events.AdminRegistrationInitiated e) => null;

    public Personal? UserRegistrationCompleted(Events.UserRegistrationCompleted e) => null;

    public Personal? UserActivated(Events.UserActivated e) => null;

    public Personal? UserReactivated(Events.UserReactivated e) => null;

    public Personal? AdminUserActivated(Events.AdminUserActivated e) => null;

    public Personal? UserPurged(Events.UserPurged e) => null;

    public Personal? UserEmailVerified(Events.UserEmailVerified e) => null;

    public Personal? UserVerificationExpired(Events.UserVerificationExpired e) => null;

    public Personal? UserVerificationResent(Events.UserVerificationResent e) => null;

    public Personal? UserStateAutoInactivated(Events.UserStateAutoInactivated e) => null;

    public Personal? UserProfileUpdated(Events.UserProfileUpdated e) => null;

    public Personal? UserEmailChanged(Events.UserEmailChanged e) => null;

    public Personal? UserPreferencesUpdated(Events.UserPreferencesUpdated e) => null;

    public Personal? UserActiveTeamSwitched(Events.UserActiveTeamSwitched e) => null;

    public Personal? Rights(Domain.Rights.Events.Event e) => null;
}
