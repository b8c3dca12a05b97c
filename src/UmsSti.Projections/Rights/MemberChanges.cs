using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UmsSti.Domain;
using UmsSti.Domain.Membership;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Permissions;

namespace UmsSti.Projections.Rights;

/// <summary>What each event between a person and a team does to the row of the membership. Follows the domain's own fold.</summary>
internal static class MemberChanges
{
    /// <summary>Applies one event. A reason is dropped where the person is erased already: nothing would take it away later.</summary>
    public static void Apply(RightsRows rows, MemberDraft member, long position, Events.Event fact, Func<bool> isErased)
    {
        var before = Of(member);
        if (Fold.evolve(before, fact) is not Fold.State.Known { Item: var after })
            return;
        var known = (before as Fold.State.Known)?.Item;
        if (known is not null && known.Equals(after))
            return; // a fact that does not fit changes nothing
        var said = Reactions.dispatch(MemberFacts.Instance, fact);
        if (said.Reason is not null && isErased())
            said = said with { Reason = null };
        (member.UpdatedAt, member.UpdatedBy) = (said.At, said.By);
        var ordinal = 0;
        if (fact is not Events.Event.Rights)
        {
            Put(member, known, after, fact, said);
            rows.Note(Change(member, known, after, position, said));
            ordinal = 1;
        }
        new GivenChanges(rows, member.UserId, member.TeamId, position, ordinal)
            .Put(member.Rights, known?.Rights ?? Domain.Rights.Fold.initial, after.Rights, new GivenFact(said.Action, said.By, said.At, said.Reason));
    }

    private static Fold.State Of(MemberDraft member) => member.State.Length == 0
        ? Fold.initial
        : Fold.State.NewKnown(new Fold.Details(
            MembershipState.TryParse(member.State, out var state) ? state : throw new InvalidOperationException($"'{member.State}' is no state of a membership."),
            "", member.UpdatedAt, "", // how the state was reached tells retries apart, and there are none here
            TeamRole.TryParse(member.Role, out var role) ? role : throw new InvalidOperationException($"'{member.Role}' is no role of a team."),
            FSharpList<Fold.RolePeriod>.Empty, Optional(member.JoinedAt), Optional(member.LeftAt), Optional(member.ExpiresAt), GivenFolds.Of(member.Rights)));

    private static void Put(MemberDraft member, Fold.Details? before, Fold.Details after, Events.Event fact, MemberFact said)
    {
        if (before is not null && before.State.IsClosed)
            Begin(member);
        (member.Role, member.State) = (after.Role.Name, after.State.Name);
        (member.JoinedAt, member.LeftAt, member.ExpiresAt) = (after.JoinedAt?.Value, after.LeftAt?.Value, after.InvitationExpiresAt?.Value);
        switch (fact)
        {
            case Events.Event.TeamMemberAdded or Events.Event.TeamInvitationAccepted or Events.Event.MembershipRequestApproved:
                member.AddedBy = said.By;
                break;
            case Events.Event.TeamInvitationSent:
                member.InvitedBy = said.By;
                break;
            case Events.Event.MembershipRequested:
                member.RequestedAt = said.At;
                break;
            case Events.Event.TeamMemberRoleChanged:
                (member.PreviousRole, member.RoleChangedAt, member.RoleChangedBy) = (before!.Role.Name, said.At, said.By);
                break;
            case Events.Event.TeamMemberRemoved or Events.Event.MemberLeft:
                (member.RemovedBy, member.RemovalReason) = (said.By, said.Reason);
                break;
            default:
                break; // the state says it all
        }
    }

    // Another period of the same membership (TM-43): the history remembers the one before.
    private static void Begin(MemberDraft member)
    {
        (member.PreviousRole, member.RoleChangedAt, member.RoleChangedBy) = (null, null, null);
        (member.AddedBy, member.InvitedBy, member.RequestedAt) = (null, null, null);
        (member.RemovedBy, member.RemovalReason) = (null, null);
    }

    private static RightsChange Change(MemberDraft member, Fold.Details? before, Fold.Details after, long position, MemberFact said) => new()
    {
        Kind = "membership",
        UserId = member.UserId,
        TeamId = member.TeamId,
        Action = said.Action,
        OldRole = before?.Role.Name,
        NewRole = after.Role.Name,
        OldState = before?.State.Name,
        NewState = after.State.Name,
        Actor = said.By,
        Reason = said.Reason,
        At = said.At,
        Position = position,
    };

    private static FSharpOption<DateTimeOffset>? Optional(DateTimeOffset? at) => at is { } some ? FSharpOption<DateTimeOffset>.Some(some) : null;
}
