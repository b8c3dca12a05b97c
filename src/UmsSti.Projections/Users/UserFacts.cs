using UmsSti.Domain.User;
using Events = UmsSti.Domain.User.Events;

namespace UmsSti.Projections.Users;

/// <summary>One readable fact for each event of a user (US-24). Tells what kind of thing happened and names fields, never their content.</summary>
internal sealed class UserFacts : IEventVisitor<Fact>
{
    public Fact UserRegistrationInitiated(Events.UserRegistrationInitiated e) => Fact.State(e.By, ("userType", e.Type));

    public Fact AdminRegistrationInitiated(Events.AdminRegistrationInitiated e) => Fact.State(e.By, ("userType", "admin"));

    public Fact UserRegistrationCompleted(Events.UserRegistrationCompleted e) => Fact.Profile(e.By, e.Profile.Select(value => value.Field));

    public Fact UserActivated(Events.UserActivated e) => Fact.State(e.By, ("state", "active"), ("method", e.Method));

    public Fact UserReactivated(Events.UserReactivated e) => Fact.State(e.By, ("state", "active"));

    public Fact AdminUserActivated(Events.AdminUserActivated e) => Fact.State(e.By, ("state", "active"));

    public Fact AdminUserRejected(Events.AdminUserRejected e) => Fact.State(e.By, ("state", "inactive"));

    public Fact UserDeactivated(Events.UserDeactivated e) => Fact.State(e.By, ("state", "inactive"));

    public Fact UserStateAutoInactivated(Events.UserStateAutoInactivated e) => Fact.State(e.By, ("state", "inactive"));

    public Fact UserSuspended(Events.UserSuspended e) => Fact.State(e.By, ("state", "suspended"), ("until", EventDetail.Time(e.Until?.Value)));

    public Fact UserUnsuspended(Events.UserUnsuspended e) => Fact.State(e.By);

    public Fact UserArchived(Events.UserArchived e) => Fact.State(e.By, ("state", "archived"));

    public Fact UserPurged(Events.UserPurged e) => Fact.State(e.By, ("state", "purged"), ("legalBasis", e.LegalBasis));

    public Fact AdminReviewStarted(Events.AdminReviewStarted e) => Fact.State(e.By, ("state", "suspended"));

    public Fact AdminReviewConcluded(Events.AdminReviewConcluded e) => Fact.State(e.By, ("outcome", e.Outcome));

    public Fact UserVerificationExpired(Events.UserVerificationExpired e) => Fact.State(e.By, ("state", "pending"));

    public Fact UserVerificationResent(Events.UserVerificationResent e) => Fact.Profile(e.By, ["email"]);

    public Fact UserEmailVerified(Events.UserEmailVerified e) => Fact.Profile(e.By, ["emailVerified"]);

    public Fact UserProfileUpdated(Events.UserProfileUpdated e) => Fact.Profile(e.By, e.Changes.Select(change => change.Field));

    public Fact UserEmailChanged(Events.UserEmailChanged e) => Fact.Profile(e.By, ["email"]);

    public Fact UserPreferencesUpdated(Events.UserPreferencesUpdated e) => Fact.Profile(e.By, e.Changes.Select(change => "preferences." + change.Key));

    public Fact UserActiveTeamSwitched(Events.UserActiveTeamSwitched e) => Fact.Membership(e.By, ("activeTeam", e.To));

    public Fact Rights(Domain.Rights.Events.Event e) => Domain.Rights.Reactions.dispatch(RightsFacts.Instance, e);
}
