using UmsSti.Domain;
using UmsSti.Domain.User;
using UmsSti.ReadModels.Users;

namespace UmsSti.Projections.Users;

/// <summary>
/// What each event changes in a user's row. Follows the domain's fold: a fact that does not fit the sub-state changes
/// nothing. A new event does not compile without an answer here.
/// </summary>
internal sealed class UserDirectoryChanges : IEventVisitor<bool>
{
    /// <summary>The row the next event is about.</summary>
    public UserDraft User { get; set; } = null!;

    private bool IsLive => !Is(SubState.Archived) && !Is(SubState.Purged);

    private bool IsAdmin => User.Type == UserType.Admin.Name;

    private bool AwaitsApproval => IsAdmin && User.ActivatedAt is null;

    private bool IsPending => User.State == UserState.Pending.Name;

    public bool UserRegistrationInitiated(Events.UserRegistrationInitiated e) => UserType.TryParse(e.Type, out var type) && type switch
    {
        { IsStandard: true } => Create(type, SubState.PendingVerification, e.Email, e.Name, e.Profile, e.By, e.At),
        { IsSystem: true } => Create(type, SubState.Registered, e.Email, e.Name, e.Profile, e.By, e.At),
        _ => false,
    };

    public bool AdminRegistrationInitiated(Events.AdminRegistrationInitiated e) =>
        Create(UserType.Admin, SubState.PendingApproval, e.Email, e.Name, e.Profile, e.By, e.At);

    public bool UserRegistrationCompleted(Events.UserRegistrationCompleted e)
    {
        if (!IsLive)
            return false;
        User.Profile = With(User.Profile, e.Profile);
        return Touch(e.By, e.At);
    }

    public bool UserActivated(Events.UserActivated e) => IsPending && !IsAdmin && Activate(e.By, e.At);

    public bool UserReactivated(Events.UserReactivated e) => Is(SubState.Inactive) && !AwaitsApproval && Activate(e.By, e.At);

    public bool AdminUserActivated(Events.AdminUserActivated e) =>
        (Is(SubState.PendingApproval) || (Is(SubState.Inactive) && AwaitsApproval)) && Activate(e.By, e.At);

    public bool AdminUserRejected(Events.AdminUserRejected e) => Is(SubState.PendingApproval) && Arrive(SubState.Rejected, e.By, e.At);

    public bool UserDeactivated(Events.UserDeactivated e) => (IsPending || Is(SubState.Active)) && Deactivate(e.Reason.ToString(), e.By, e.At);

    public bool UserStateAutoInactivated(Events.UserStateAutoInactivated e) => Is(SubState.Active) && Deactivate(null, e.By, e.At);

    public bool UserSuspended(Events.UserSuspended e) =>
        (IsPending || Is(SubState.Active) || Is(SubState.Inactive)) && Suspend(e.Until?.Value, e.By, e.At);

    public bool UserUnsuspended(Events.UserUnsuspended e) => Is(SubState.Suspended) && Release(e.By, e.At);

    public bool AdminReviewStarted(Events.AdminReviewStarted e) =>
        IsAdmin && (Is(SubState.Active) || Is(SubState.Suspended)) && Arrive(SubState.UnderReview, e.By, e.At);

    public bool AdminReviewConcluded(Events.AdminReviewConcluded e) =>
        Is(SubState.UnderReview) && ReviewOutcome.TryParse(e.Outcome, out var outcome) && outcome switch
        {
            { IsPassed: true } => Release(e.By, e.At),
            { IsFailed: true } => Suspend(null, e.By, e.At),
            _ => Arrive(SubState.Archived, e.By, e.At),
        };

    public bool UserArchived(Events.UserArchived e) => IsLive && Arrive(SubState.Archived, e.By, e.At);

    public bool UserPurged(Events.UserPurged e)
    {
        if (!Is(SubState.Archived))
            return false;
        (User.Email, User.EmailKey, User.Name) = (null, null, null);
        User.Profile = User.Profile.WithAll(Personal.Placeholder);
        User.Preferences = User.Preferences.WithAll(Personal.Placeholder);
        if (User.DeactivationReason is not null)
            User.DeactivationReason = Personal.Placeholder;
        return Arrive(SubState.Purged, e.By, e.At);
    }

    public bool UserEmailVerified(Events.UserEmailVerified e)
    {
        if (!IsPending && !Is(SubState.Active))
            return false;
        (User.EmailVerified, User.EmailVerifiedAt) = (true, e.At);
        return Is(SubState.PendingVerification) ? Activate(e.By, e.At) : Touch(e.By, e.At);
    }

    public bool UserVerificationExpired(Events.UserVerificationExpired e) => Is(SubState.PendingVerification) && Arrive(SubState.Expired, e.By, e.At);

    public bool UserVerificationResent(Events.UserVerificationResent e) =>
        (IsPending || Is(SubState.Active)) && (Is(SubState.Expired) ? Arrive(SubState.PendingVerification, e.By, e.At) : Touch(e.By, e.At));

    public bool UserProfileUpdated(Events.UserProfileUpdated e)
    {
        if (!IsLive)
            return false;
        foreach (var change in e.Changes)
            if (change.Field != "name")
                User.Profile = User.Profile.With(change.Field, change.New?.Value.ToString());
            else if (change.New is not null)
                User.Name = Known(change.New.Value);
        return Touch(e.By, e.At);
    }

    public bool UserEmailChanged(Events.UserEmailChanged e)
    {
        if (!IsLive)
            return false;
        SetEmail(e.New);
        if (e.VerificationRequired)
            (User.EmailVerified, User.EmailVerifiedAt) = (false, null);
        return Touch(e.By, e.At);
    }

    public bool UserPreferencesUpdated(Events.UserPreferencesUpdated e)
    {
        if (!IsLive)
            return false;
        foreach (var change in e.Changes)
            User.Preferences = User.Preferences.With(change.Key, change.Value?.Value.ToString());
        return Touch(e.By, e.At);
    }

    // The directory shows neither the active team nor what was given.
    public bool UserActiveTeamSwitched(Events.UserActiveTeamSwitched e) => false;

    public bool Rights(Domain.Rights.Events.Event e) => false;

    private bool Create(UserType type, SubState subState, Personal email, Personal name, Events.ProfileValue[] profile, string by, DateTimeOffset at)
    {
        if (User.Type.Length > 0)
            return false; // registered already
        User.Type = type.Name;
        SetEmail(email);
        User.Name = Known(name);
        User.Profile = With(TextMap.Empty, profile);
        (User.CreatedAt, User.CreatedBy) = (at, by);
        return Arrive(subState, by, at);
    }

    private bool Is(SubState subState) => User.SubState == subState.Name;

    private bool Touch(string by, DateTimeOffset at)
    {
        (User.UpdatedAt, User.UpdatedBy) = (at, by);
        return true;
    }

    private bool Arrive(SubState subState, string by, DateTimeOffset at)
    {
        (User.SubState, User.State) = (subState.Name, subState.State.Name);
        return Touch(by, at);
    }

    private bool Activate(string by, DateTimeOffset at)
    {
        (User.ActivatedAt, User.ActivatedBy) = (at, by);
        return Arrive(SubState.Active, by, at);
    }

    private bool Deactivate(string? reason, string by, DateTimeOffset at)
    {
        (User.DeactivatedAt, User.DeactivatedBy, User.DeactivationReason) = (at, by, reason);
        return Arrive(SubState.Inactive, by, at);
    }

    private bool Suspend(DateTimeOffset? until, string by, DateTimeOffset at)
    {
        User.SuspendedUntil = until;
        return Arrive(SubState.Suspended, by, at);
    }

    // Back to work, and for an admin whom nobody has approved yet back to the queue.
    private bool Release(string by, DateTimeOffset at)
    {
        User.SuspendedUntil = null;
        return Arrive(AwaitsApproval ? SubState.PendingApproval : SubState.Active, by, at);
    }

    private void SetEmail(Personal email)
    {
        User.Email = Known(email);
        User.EmailKey = User.Email is not { } text ? null
            : Email.TryParse(text, out var parsed) ? parsed.Normalised
            : throw new InvalidOperationException("The e-mail address of an event is none.");
    }

    private static string? Known(Personal personal) => personal.TryGet(out var text) ? text : null;

    private static TextMap With(TextMap known, Events.ProfileValue[] values)
    {
        foreach (var value in values)
            known = known.With(value.Field, value.Value.ToString());
        return known;
    }
}
