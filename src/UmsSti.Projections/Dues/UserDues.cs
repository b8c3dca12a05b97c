using UmsSti.Domain;
using UmsSti.Domain.User;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Dues;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Dues;

/// <summary>The dues of users. That a user awaits confirmation, or let it run out, is read from his rows: there is no other state.</summary>
internal sealed class UserDues(DueRows dues) : IEventVisitor<bool>
{
    private WriteSession _session = null!;
    private string _id = "";

    private bool AwaitsOrExpired =>
        dues.Find(_session, DueKind.Verification, _id) is not null || dues.Find(_session, DueKind.Expired, _id) is not null;

    public void Apply(WriteSession session, string id, UserFact fact)
    {
        (_session, _id) = (session, id);
        Reactions.dispatch(this, fact);
    }

    public bool UserRegistrationInitiated(Events.UserRegistrationInitiated e) =>
        UserType.TryParse(e.Type, out var type) && type.IsStandard && Put(DueKind.Verification, e.VerificationExpiresAt?.Value);

    public bool UserActivated(Events.UserActivated e) => ForgetLink();

    public bool UserDeactivated(Events.UserDeactivated e) => ForgetLink();

    public bool UserEmailVerified(Events.UserEmailVerified e) => ForgetLink();

    public bool UserSuspended(Events.UserSuspended e) => ForgetLink() && Put(DueKind.Suspension, e.Until?.Value);

    public bool UserUnsuspended(Events.UserUnsuspended e) => Remove(DueKind.Suspension);

    public bool AdminReviewStarted(Events.AdminReviewStarted e) => Remove(DueKind.Suspension);

    public bool UserArchived(Events.UserArchived e) => ForgetLink() && Remove(DueKind.Suspension);

    public bool UserVerificationExpired(Events.UserVerificationExpired e)
    {
        var endedAt = dues.Find(_session, DueKind.Verification, _id) ?? e.At;
        return Remove(DueKind.Verification) && Put(DueKind.Expired, endedAt);
    }

    public bool UserVerificationResent(Events.UserVerificationResent e) =>
        AwaitsOrExpired && Remove(DueKind.Expired) && Put(DueKind.Verification, e.ExpiresAt);

    // Whoever let a link run out stays expired, and has a link out all the same: its end is looked at too.
    public bool UserEmailChanged(Events.UserEmailChanged e) => AwaitsOrExpired && Put(DueKind.Verification, e.VerificationExpiresAt?.Value);

    public bool UserRegistrationCompleted(Events.UserRegistrationCompleted e) => false;

    public bool UserPurged(Events.UserPurged e) => false;

    public bool UserReactivated(Events.UserReactivated e) => false;

    public bool UserStateAutoInactivated(Events.UserStateAutoInactivated e) => false;

    public bool AdminRegistrationInitiated(Events.AdminRegistrationInitiated e) => false;

    public bool AdminUserActivated(Events.AdminUserActivated e) => false;

    public bool AdminUserRejected(Events.AdminUserRejected e) => false;

    public bool AdminReviewConcluded(Events.AdminReviewConcluded e) => false;

    public bool UserProfileUpdated(Events.UserProfileUpdated e) => false;

    public bool UserPreferencesUpdated(Events.UserPreferencesUpdated e) => false;

    public bool UserActiveTeamSwitched(Events.UserActiveTeamSwitched e) => false;

    public bool Rights(Domain.Rights.Events.Event e) => false;

    private bool ForgetLink() => Remove(DueKind.Verification) && Remove(DueKind.Expired);

    private bool Put(string kind, DateTimeOffset? at)
    {
        if (at is not { } time)
            return false;
        dues.Put(kind, _id, time);
        return true;
    }

    private bool Remove(string kind)
    {
        dues.Remove(kind, _id);
        return true;
    }
}
