using UmsSti.Domain.Team;

namespace UmsSti.Projections.Audit;

/// <summary>What each event of a team means to an auditor. Reasons speak of teams and stand as they are.</summary>
internal sealed class TeamAuditFacts : IEventVisitor<AuditFact>
{
    /// <summary>The team of the next event.</summary>
    public string TeamId { get; set; } = "";

    public AuditFact TeamCreated(Events.TeamCreated e) => Did("create", ("teamType", e.Type), ("parentId", e.ParentTeamId?.Value));

    public AuditFact TeamUpdated(Events.TeamUpdated e) =>
        new("update", "team", TeamId) { Detail = EventDetail.Fields(e.Changes.Select(change => change.Field)) };

    public AuditFact TeamArchived(Events.TeamArchived e) => Did("archive") with { Reason = e.Reason };

    public AuditFact TeamHierarchyChanged(Events.TeamHierarchyChanged e) =>
        Did("move", ("oldParentId", e.OldParentId?.Value), ("parentId", e.NewParentId), ("moved", $"{e.HierarchyImpact.Length}")) with { Reason = e.Note?.Value };

    public AuditFact TeamActivated(Events.TeamActivated e) => Did("enable");

    public AuditFact TeamDeactivated(Events.TeamDeactivated e) => Did("disable") with { Reason = e.Reason?.Value };

    public AuditFact TeamReactivated(Events.TeamReactivated e) => Did("enable");

    public AuditFact TeamSuspended(Events.TeamSuspended e) => Did("suspend") with { Reason = e.Reason };

    public AuditFact TeamSuspensionLifted(Events.TeamSuspensionLifted e) => Did("restore") with { Reason = e.Note?.Value };

    public AuditFact TeamCancelled(Events.TeamCancelled e) => Did("cancel");

    public AuditFact TeamDeleted(Events.TeamDeleted e) => Did("delete");

    public AuditFact TeamPurged(Events.TeamPurged e) => Did("delete");

    public AuditFact TeamMaintenanceStarted(Events.TeamMaintenanceStarted e) => Did("maintenance/start");

    public AuditFact TeamMaintenanceCompleted(Events.TeamMaintenanceCompleted e) => Did("maintenance/complete");

    public AuditFact TeamMembershipClosed(Events.TeamMembershipClosed e) => Did("membership/close");

    public AuditFact TeamMembershipOpened(Events.TeamMembershipOpened e) => Did("membership/open");

    public AuditFact TeamSettingChanged(Events.TeamSettingChanged e) =>
        Did("configure", ("setting", e.SettingKey), ("oldValue", e.OldValue?.Value), ("value", e.NewValue?.Value));

    public AuditFact TeamOwnerAssigned(Events.TeamOwnerAssigned e) => Did("executive/assign") with { Subject = e.OwnerUserId };

    public AuditFact TeamOwnerReleased(Events.TeamOwnerReleased e) => Did("executive/release") with { Subject = e.OwnerUserId };

    private AuditFact Did(string action, params ReadOnlySpan<(string Name, string? Value)> detail) =>
        new(action, "team", TeamId) { Detail = EventDetail.Of(detail) };
}
