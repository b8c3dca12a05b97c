namespace UmsSti.Projections.Security;

/// <summary>A kind of security event: its stable name, and how much it matters by itself (RM-12).</summary>
/// <param name="Name">Kebab-case; on disk and in the API.</param>
/// <param name="Severity"><c>low</c>, <c>medium</c>, <c>high</c> or <c>critical</c>.</param>
public sealed record SecurityKind(string Name, string Severity)
{
    /// <summary>Somebody asked for what he may not do.</summary>
    public static readonly SecurityKind AccessDenied = new("access-denied", "low");

    /// <summary>The same for a right that opens the system itself.</summary>
    public static readonly SecurityKind SensitiveAccessDenied = new("sensitive-access-denied", "medium");

    /// <summary>A system user passed a check.</summary>
    public static readonly SecurityKind SystemBypass = new("system-bypass", "low");

    /// <summary>The same for a right that opens the system itself.</summary>
    public static readonly SecurityKind SensitiveBypass = new("sensitive-bypass", "medium");

    /// <summary>A sign-in failed.</summary>
    public static readonly SecurityKind SignInFailed = new("sign-in-failed", "low");

    /// <summary>Several failed on one account within a short time.</summary>
    public static readonly SecurityKind SignInsFailedRepeatedly = new("sign-ins-failed-repeatedly", "medium");

    /// <summary>Many failed on one account within a short time.</summary>
    public static readonly SecurityKind SignInsUnderAttack = new("sign-ins-under-attack", "high");

    /// <summary>More failed than one person can mistype.</summary>
    public static readonly SecurityKind SignInsFlooded = new("sign-ins-flooded", "critical");

    /// <summary>Somebody tried to register an address that is taken.</summary>
    public static readonly SecurityKind RegistrationRefused = new("registration-refused", "low");

    /// <summary>An admin was applied for.</summary>
    public static readonly SecurityKind AdminRegistered = new("admin-registered", "medium");

    /// <summary>An admin got his rights.</summary>
    public static readonly SecurityKind AdminApproved = new("admin-approved", "high");

    /// <summary>An admin was turned down.</summary>
    public static readonly SecurityKind AdminRejected = new("admin-rejected", "low");

    /// <summary>A user who passes every check was made.</summary>
    public static readonly SecurityKind SystemUserRegistered = new("system-user-registered", "high");

    public static readonly SecurityKind UserSuspended = new("user-suspended", "medium");

    public static readonly SecurityKind UserUnsuspended = new("user-unsuspended", "low");

    /// <summary>An admin is under review.</summary>
    public static readonly SecurityKind ReviewStarted = new("admin-review-started", "high");

    public static readonly SecurityKind ReviewPassed = new("admin-review-passed", "low");

    public static readonly SecurityKind ReviewNotPassed = new("admin-review-not-passed", "high");

    /// <summary>The address one signs in with changed.</summary>
    public static readonly SecurityKind EmailChanged = new("email-changed", "low");

    public static readonly SecurityKind UserPurged = new("user-purged", "medium");

    /// <summary>A right that opens the system or a person's data was given to somebody.</summary>
    public static readonly SecurityKind ElevatedPermissionGranted = new("elevated-permission-granted", "high");

    /// <summary>Somebody became an executive of a team.</summary>
    public static readonly SecurityKind ExecutiveAssigned = new("executive-assigned", "medium");

    /// <summary>A setting of the whole installation changed.</summary>
    public static readonly SecurityKind SystemSettingChanged = new("system-setting-changed", "high");

    /// <summary>An operator left stored data out of a view for good.</summary>
    public static readonly SecurityKind StreamSkipped = new("stream-skipped", "high");

    /// <summary>An operator gave up a mail or call to the outside.</summary>
    public static readonly SecurityKind OutboxItemSkipped = new("outbox-item-skipped", "medium");

    /// <summary>Stored events were sent out again.</summary>
    public static readonly SecurityKind WebhookReplayed = new("webhook-replayed", "medium");

    /// <summary>The audit view left the house as a file.</summary>
    public static readonly SecurityKind AuditExported = new("audit-exported", "medium");

    /// <summary>An operator built or retried something; nothing is lost by it.</summary>
    public static readonly SecurityKind OperatorAction = new("operator-action", "low");

    /// <summary>Every kind.</summary>
    public static readonly IReadOnlyList<SecurityKind> All =
    [
        AccessDenied, SensitiveAccessDenied, SystemBypass, SensitiveBypass, SignInFailed, SignInsFailedRepeatedly, SignInsUnderAttack,
        SignInsFlooded, RegistrationRefused, AdminRegistered, AdminApproved, AdminRejected, SystemUserRegistered, UserSuspended, UserUnsuspended,
        ReviewStarted, ReviewPassed, ReviewNotPassed, EmailChanged, UserPurged, ElevatedPermissionGranted, ExecutiveAssigned, SystemSettingChanged, StreamSkipped, OutboxItemSkipped, WebhookReplayed,
        AuditExported, OperatorAction,
    ];

    /// <summary>Every severity, from what is of note to what cannot wait.</summary>
    public static readonly IReadOnlyList<string> Severities = ["low", "medium", "high", "critical"];
}
