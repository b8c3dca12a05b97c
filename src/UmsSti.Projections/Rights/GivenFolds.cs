using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UmsSti.Domain;
using UmsSti.Domain.Rights;
using UmsSti.ReadModels.Permissions;
using Given = UmsSti.Domain.Rights.Fold;

namespace UmsSti.Projections.Rights;

/// <summary>What somebody was given in one scope: rows and the domain's fold of them.</summary>
internal static class GivenFolds
{
    private static readonly Dictionary<string, GrantState> GrantStates = GrantState.All.ToDictionary(state => state.Name, StringComparer.Ordinal);

    private static readonly Dictionary<string, AssignmentState> AssignmentStates = AssignmentState.All.ToDictionary(state => state.Name, StringComparer.Ordinal);

    public static Given.State Of(GivenRights rights) => rights.Grants.Count + rights.Roles.Count == 0
        ? Given.initial
        : new Given.State(
            MapModule.OfSeq(rights.Grants.Select(row => Tuple.Create(row.Permission, Of(row)))),
            MapModule.OfSeq(rights.Roles.Select(row => Tuple.Create(row.RoleId, Of(row)))));

    /// <summary>Whether the grant gives its permission, expiry apart.</summary>
    public static bool IsWorking(string permission, Given.Grant grant) => Permission.TryParse(permission, out var known) && Queries.isWorking(known, grant);

    /// <summary>Whether the assignment gives anything of its role, expiry apart.</summary>
    public static bool IsWorking(Given.Assignment assignment) => assignment.State.IsActive;

    /// <summary>Whether something stands that the end of a membership or account ends.</summary>
    public static bool IsOpen(Given.Grant grant) => grant.State.IsRequested || grant.State.IsActive || grant.State.IsSuspended;

    /// <summary>Whether something stands that the end of a membership or account ends.</summary>
    public static bool IsOpen(Given.Assignment assignment) =>
        assignment.State.IsPending || assignment.State.IsActive || assignment.State.IsInactive || assignment.State.IsSuspended;

    private static Given.Grant Of(GrantRow row) => new(
        GrantStates[row.State], AccessLevel.TryParse(row.Level, out var level) ? level : AccessLevel.ReadOnly, Optional(row.ExpiresAt), row.IsDropped, row.GivenBy, row.GivenAt);

    private static Given.Assignment Of(RoleAssignmentRow row) =>
        new(AssignmentStates[row.State], Optional(row.ExpiresAt), row.IsDropped, row.GivenBy, row.GivenAt);

    private static FSharpOption<DateTimeOffset>? Optional(DateTimeOffset? at) => at is { } some ? FSharpOption<DateTimeOffset>.Some(some) : null;
}
