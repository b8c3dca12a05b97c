using UmsSti.Projections.Analytics;
using UmsSti.Projections.Audit;
using UmsSti.Projections.History;
using UmsSti.Projections.Security;

namespace UmsSti.Projections;

/// <summary>The projectors of the views over everything: audit, security, history of states, analytics. None of them has a key.</summary>
public static class ViewProjectors
{
    /// <summary>Fills the audit view from the domain log.</summary>
    public const string AuditDomain = "audit-domain";

    /// <summary>Fills the audit view from the activity log.</summary>
    public const string AuditActivity = "audit-activity";

    /// <summary>Fills the security events from the domain log.</summary>
    public const string SecurityDomain = "security-domain";

    /// <summary>Fills the security events from the activity log.</summary>
    public const string SecurityActivity = "security-activity";

    /// <summary>Fills the history of users' states from the domain log.</summary>
    public const string StateHistory = "user-state-history";

    /// <summary>Fills the figures from the domain log.</summary>
    public const string AnalyticsDomain = "analytics-domain";

    /// <summary>Fills the figures from the activity log.</summary>
    public const string AnalyticsActivity = "analytics-activity";

    /// <summary>Fills the figures of teams from the domain log.</summary>
    public const string AnalyticsTeams = "analytics-teams";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IProjector> All() =>
    [
        new AuditProjector(AuditDomain, SourceLog.Domain),
        new AuditProjector(AuditActivity, SourceLog.Activity),
        new UserSecurityProjector(),
        new ActivitySecurityProjector(),
        new StateHistoryProjector(),
        new UserAnalyticsProjector(),
        new ActivityAnalyticsProjector(),
        new TeamAnalyticsProjector(),
    ];
}
