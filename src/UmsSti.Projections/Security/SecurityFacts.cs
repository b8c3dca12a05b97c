using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Domain.User;
using UserEvents = UmsSti.Domain.User.Events;

namespace UmsSti.Projections.Security;

/// <summary>What an event means to security: its kind, whom it is about, and details without personal data.</summary>
internal readonly record struct SecurityFact(SecurityKind Kind, string? UserId, byte[] Detail);

/// <summary>Which events of a user are security's business. A new event does not compile without an answer here.</summary>
internal sealed class UserSecurityFacts : IEventVisitor<SecurityFact?>
{
    /// <summary>The user of the next event.</summary>
    public string UserId { get; set; } = "";

    public SecurityFact? UserRegistrationInitiated(UserEvents.UserRegistrationInitiated e) =>
        e.Type == UserType.System.Name ? Is(SecurityKind.SystemUserRegistered) : null;

    public SecurityFact? AdminRegistrationInitiated(UserEvents.AdminRegistrationInitiated e) => Is(SecurityKind.AdminRegistered);

    public SecurityFact? AdminUserActivated(UserEvents.AdminUserActivated e) => Is(SecurityKind.AdminApproved);

    public SecurityFact? AdminUserRejected(UserEvents.AdminUserRejected e) => Is(SecurityKind.AdminRejected);

    public SecurityFact? UserSuspended(UserEvents.UserSuspended e) => Is(SecurityKind.UserSuspended, ("until", EventDetail.Time(e.Until?.Value)));

    public SecurityFact? UserUnsuspended(UserEvents.UserUnsuspended e) => Is(SecurityKind.UserUnsuspended);

    public SecurityFact? AdminReviewStarted(UserEvents.AdminReviewStarted e) => Is(SecurityKind.ReviewStarted);

    public SecurityFact? AdminReviewConcluded(UserEvents.AdminReviewConcluded e) =>
        Is(e.Outcome == ReviewOutcome.Passed.Name ? SecurityKind.ReviewPassed : SecurityKind.ReviewNotPassed, ("outcome", e.Outcome));

    public SecurityFact? UserEmailChanged(UserEvents.UserEmailChanged e) => Is(SecurityKind.EmailChanged);

    public SecurityFact? UserPurged(UserEvents.UserPurged e) => Is(SecurityKind.UserPurged, ("legalBasis", e.LegalBasis));

    public SecurityFact? UserRegistrationCompleted(UserEvents.UserRegistrationCompleted e) => null;

    public SecurityFact? UserActivated(UserEvents.UserActivated e) => null;

    public SecurityFact? UserReactivated(UserEvents.UserReactivated e) => null;

    public SecurityFact? UserDeactivated(UserEvents.UserDeactivated e) => null;

    public SecurityFact? UserStateAutoInactivated(UserEvents.UserStateAutoInactivated e) => null;

    public SecurityFact? UserArchived(UserEvents.UserArchived e) => null;

    public SecurityFact? UserVerificationExpired(UserEvents.UserVerificationExpired e) => null;

    public SecurityFact? UserVerificationResent(UserEvents.UserVerificationResent e) => null;

    public SecurityFact? UserEmailVerified(UserEvents.UserEmailVerified e) => null;

    public SecurityFact? UserProfileUpdated(UserEvents.UserProfileUpdated e) => null;

    public SecurityFact? UserPreferencesUpdated(UserEvents.UserPreferencesUpdated e) => null;

    public SecurityFact? UserActiveTeamSwitched(UserEvents.UserActiveTeamSwitched e) => null;

    public SecurityFact? Rights(Domain.Rights.Events.Event e) => e switch
    {
        Domain.Rights.Events.Event.UserPermissionGranted { Item: var granted } => Given(granted.Permission),
        Domain.Rights.Events.Event.PermissionRequestApproved { Item: var approved } => Given(approved.Permission),
        _ => null,
    };

    private SecurityFact? Given(string name) => Permission.TryParse(name, out var permission) && PermissionModule.elevated.Contains(permission)
        ? Is(SecurityKind.ElevatedPermissionGranted, ("permission", name))
        : null;

    private SecurityFact? Is(SecurityKind kind, params ReadOnlySpan<(string Name, string? Value)> details) => new(kind, UserId, EventDetail.Of(details));
}

/// <summary>Which events of the activity log are security's business.</summary>
internal sealed class ActivitySecurityFacts : Access.IEventVisitor<SecurityFact?>, Operator.IEventVisitor<SecurityFact?>
{
    // What opens the system itself or a person's data.
    private static readonly HashSet<string> Sensitive = [.. new[]
    {
        Permission.SystemConfiguration, Permission.SystemAdminAccess, Permission.UsersCreateAdmin, Permission.UsersImpersonate,
        Permission.PermissionsAssign, Permission.GdprManage, Permission.UsersDelete, Permission.UsersDataDelete, Permission.AuditView,
    }.Select(permission => permission.Name)];

    /// <summary>Id part of the next event's stream: a user, or an actor that is none.</summary>
    public string StreamId { get; set; } = "";

    /// <summary>How many sign-ins of that account failed before this one within the window.</summary>
    public Func<int> FailuresBefore { get; set; } = () => 0;

    private string? User => Actors.isUser(StreamId) ? StreamId : null;

    public SecurityFact? UserLoggedIn(Access.Events.UserLoggedIn e) => null;

    public SecurityFact? UserLoggedOut(Access.Events.UserLoggedOut e) => null;

    public SecurityFact? FailedLoginAttempt(Access.Events.FailedLoginAttempt e)
    {
        var before = FailuresBefore();
        return Is(SignInFailures.KindOf(User is not null, before), ("reason", e.Reason), ("failuresBefore", $"{before}"));
    }

    public SecurityFact? RegistrationRefused(Access.Events.RegistrationRefused e) => Is(SecurityKind.RegistrationRefused, ("reason", e.Reason));

    public SecurityFact? AccessDenied(Access.Events.AccessDenied e) =>
        Decision(SecurityKind.AccessDenied, SecurityKind.SensitiveAccessDenied, e.Operation, e.Permission, e.Scope);

    public SecurityFact? SystemBypass(Access.Events.SystemBypass e) =>
        Decision(SecurityKind.SystemBypass, SecurityKind.SensitiveBypass, e.Operation, e.Permission, e.Scope);

    public SecurityFact? ProjectionRebuildRequested(Operator.Events.ProjectionRebuildRequested e) => Is(SecurityKind.OperatorAction, ("readModel", e.Model));

    public SecurityFact? ParkedStreamRetried(Operator.Events.ParkedStreamRetried e) =>
        Is(SecurityKind.OperatorAction, ("projection", e.Projection), ("stream", e.Stream));

    public SecurityFact? ParkedStreamSkipped(Operator.Events.ParkedStreamSkipped e) =>
        Is(SecurityKind.StreamSkipped, ("projection", e.Projection), ("stream", e.Stream));

    public SecurityFact? OutboxItemRetried(Operator.Events.OutboxItemRetried e) => Is(SecurityKind.OperatorAction, ("outboxItem", e.ItemId));

    public SecurityFact? OutboxItemSkipped(Operator.Events.OutboxItemSkipped e) => Is(SecurityKind.OutboxItemSkipped, ("outboxItem", e.ItemId));

    public SecurityFact? FailedReactionRetried(Operator.Events.FailedReactionRetried e) =>
        Is(SecurityKind.OperatorAction, ("reactor", e.Reactor), ("position", $"{e.Position}"));

    public SecurityFact? WebhookReplayed(Operator.Events.WebhookReplayed e) =>
        Is(SecurityKind.WebhookReplayed, ("webhook", e.EndpointId), ("fromPosition", $"{e.FromPosition}"));

    public SecurityFact? AuditExported(Operator.Events.AuditExported e) => Is(SecurityKind.AuditExported, ("format", e.Format));

    // It ends one: if it were one itself, there would always be one more to settle.
    public SecurityFact? SecurityEventResolved(Operator.Events.SecurityEventResolved e) => null;

    private SecurityFact? Decision(SecurityKind usual, SecurityKind sensitive, string operation, string permission, string scope) =>
        Is(Sensitive.Contains(permission) ? sensitive : usual, ("operation", operation), ("permission", permission), ("scope", scope));

    private SecurityFact? Is(SecurityKind kind, params ReadOnlySpan<(string Name, string? Value)> details) => new(kind, User, EventDetail.Of(details));
}
