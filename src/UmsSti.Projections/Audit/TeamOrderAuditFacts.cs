using UmsSti.Domain;

namespace UmsSti.Projections.Audit;

/// <summary>What a slug's change of hands means to an auditor.</summary>
internal sealed class TeamSlugAuditFacts : TeamSlug.IEventVisitor<AuditFact>
{
    /// <summary>The slug of the next event.</summary>
    public string Slug { get; set; } = "";

    public AuditFact Claimed(TeamSlug.Events.Claimed e) => Of("reserve", e.TeamId);

    public AuditFact Released(TeamSlug.Events.Released e) => Of("release", e.TeamId);

    private AuditFact Of(string action, string teamId) => new(action, "team-slug", Slug) { Detail = EventDetail.Of(("teamId", teamId)) };
}

/// <summary>What a change of an organisation's tree means to an auditor.</summary>
internal sealed class HierarchyAuditFacts : Domain.Hierarchy.IEventVisitor<AuditFact>
{
    /// <summary>The organisation of the next event.</summary>
    public string OrganizationId { get; set; } = "";

    public AuditFact Placed(Domain.Hierarchy.Events.Placed e) => Of("place", e.TeamId, ("parentId", e.ParentId?.Value));

    public AuditFact Moved(Domain.Hierarchy.Events.Moved e) =>
        Of("move", e.TeamId, ("oldParentId", e.OldParentId), ("parentId", e.NewParentId), ("moved", $"{e.Moved.Length}"));

    public AuditFact Renamed(Domain.Hierarchy.Events.Renamed e) => Of("update", e.TeamId);

    public AuditFact DepthLimited(Domain.Hierarchy.Events.DepthLimited e) => Of("configure", e.TeamId, ("depthLimit", e.Limit is { } limit ? $"{limit.Value}" : null));

    public AuditFact Closed(Domain.Hierarchy.Events.Closed e) => Of("close", e.TeamId);

    public AuditFact Removed(Domain.Hierarchy.Events.Removed e) => Of("remove", e.TeamId);

    private AuditFact Of(string action, string teamId, params ReadOnlySpan<(string Name, string? Value)> more) =>
        new(action, "hierarchy", OrganizationId) { Detail = EventDetail.Of([("teamId", teamId), .. more]) };
}

/// <summary>What a change of a role definition means to an auditor.</summary>
internal sealed class RoleAuditFacts : Role.IEventVisitor<AuditFact>
{
    /// <summary>The role of the next event.</summary>
    public string RoleId { get; set; } = "";

    public AuditFact RoleDefined(Role.Events.RoleDefined e) => Of("create", ("kind", e.Kind), ("permissions", string.Join(' ', e.Permissions)));

    public AuditFact RoleDescriptionChanged(Role.Events.RoleDescriptionChanged e) =>
        new("update", "role", RoleId) { Detail = EventDetail.Fields(["description"]) };

    public AuditFact RolePermissionAdded(Role.Events.RolePermissionAdded e) => Of("grant", ("permission", e.Permission));

    public AuditFact RolePermissionRemoved(Role.Events.RolePermissionRemoved e) => Of("revoke", ("permission", e.Permission));

    public AuditFact RoleRetired(Role.Events.RoleRetired e) => Of("archive") with { Reason = e.Reason?.Value };

    private AuditFact Of(string action, params ReadOnlySpan<(string Name, string? Value)> detail) =>
        new(action, "role", RoleId) { Detail = EventDetail.Of(detail) };
}

/// <summary>What a change of a setting of the installation means to an auditor.</summary>
internal sealed class SettingsAuditFacts : SystemSettings.IEventVisitor<AuditFact>
{
    public AuditFact SettingChanged(SystemSettings.Events.SettingChanged e) =>
        new("configure", "setting", e.Key) { Detail = EventDetail.Of(("oldValue", e.OldValue?.Value), ("value", e.NewValue)) };
}
