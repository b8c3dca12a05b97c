using UmsSti.Domain.Rights;
using UmsSti.ReadModels.Permissions;
using Given = UmsSti.Domain.Rights.Fold;

namespace UmsSti.Projections.Rights;

/// <summary>Writes into rows and history what an event changed of what somebody was given in one scope.</summary>
/// <param name="rows">Takes the history.</param>
/// <param name="userId">Whom it was given.</param>
/// <param name="teamId">Null: outside teams.</param>
/// <param name="position">Of the event.</param>
/// <param name="ordinal">Place of the first fact in the history of the event.</param>
internal sealed class GivenChanges(RightsRows rows, string userId, string? teamId, long position, int ordinal)
{
    private int _ordinal = ordinal;

    /// <summary>Everything that differs between two folds. What is no longer in the second is over: its rows say revoked.</summary>
    public void Put(GivenRights rights, Given.State before, Given.State after, GivenFact fact)
    {
        foreach (var (permission, grant) in after.Grants)
            if (before.Grants.TryFind(permission)?.Value is var old && !grant.Equals((object?)old))
                Put(rights, permission, old, grant, fact);
        foreach (var (permission, old) in before.Grants)
            if (!after.Grants.ContainsKey(permission) && GivenFolds.IsOpen(old))
                Put(rights, permission, old, new Given.Grant(GrantState.Revoked, old.Level, old.ExpiresAt, old.IsDropped, old.By, old.At), Ended(fact));
        foreach (var (role, assignment) in after.Roles)
            if (before.Roles.TryFind(role)?.Value is var old && !assignment.Equals((object?)old))
                Put(rights, role, old, assignment, fact);
        foreach (var (role, old) in before.Roles)
            if (!after.Roles.ContainsKey(role) && GivenFolds.IsOpen(old))
                Put(rights, role, old, new Given.Assignment(AssignmentState.Revoked, old.ExpiresAt, old.IsDropped, old.By, old.At), Ended(fact));
    }

    private static GivenFact Ended(GivenFact fact) => fact with { Action = GivenFact.Ended, Reason = null };

    private void Put(GivenRights rights, string permission, Given.Grant? old, Given.Grant grant, GivenFact fact)
    {
        var row = rights.FindGrant(permission);
        var isNew = row is null || old is null || !grant.At.Equals(old.At) || grant.By != old.By;
        var isClosing = !GivenFolds.IsOpen(grant);
        rights.Set(new GrantRow
        {
            Permission = permission,
            Level = grant.Level.Name,
            State = grant.State.Name,
            IsWorking = GivenFolds.IsWorking(permission, grant),
            IsDropped = grant.IsDropped,
            ExpiresAt = grant.ExpiresAt?.Value,
            GivenBy = grant.By,
            GivenAt = grant.At,
            Reason = isNew ? fact.Reason ?? (old is { State.IsRequested: true } ? row?.Reason : null) : row!.Reason, // an approval gives what was asked for
            RevokedBy = isClosing ? fact.By : null,
            RevokedAt = isClosing ? fact.At : null,
            RevocationReason = isClosing ? fact.Reason : null,
            Position = position,
        });
        Note("permission", permission, old?.State.Name, grant.State.Name, fact);
    }

    private void Put(GivenRights rights, string role, Given.Assignment? old, Given.Assignment assignment, GivenFact fact)
    {
        var row = rights.FindRole(role);
        var isNew = row is null || old is null || !assignment.At.Equals(old.At) || assignment.By != old.By;
        var isClosing = !GivenFolds.IsOpen(assignment);
        rights.Set(new RoleAssignmentRow
        {
            RoleId = role,
            State = assignment.State.Name,
            IsWorking = GivenFolds.IsWorking(assignment),
            IsDropped = assignment.IsDropped,
            ExpiresAt = assignment.ExpiresAt?.Value,
            GivenBy = assignment.By,
            GivenAt = assignment.At,
            Reason = isNew ? fact.Reason : row!.Reason,
            RevokedBy = isClosing ? fact.By : null,
            RevokedAt = isClosing ? fact.At : null,
            RevocationReason = isClosing ? fact.Reason : null,
            Position = position,
        });
        Note("role", role, old?.State.Name, assignment.State.Name, fact);
    }

    private void Note(string kind, string subject, string? oldState, string newState, GivenFact fact) => rows.Note(new RightsChange
    {
        Kind = kind,
        UserId = userId,
        TeamId = teamId,
        Subject = subject,
        Action = fact.Action,
        OldState = oldState,
        NewState = newState,
        Actor = fact.By,
        Reason = fact.Reason,
        At = fact.At,
        Position = position,
        Ordinal = _ordinal++,
    });
}
