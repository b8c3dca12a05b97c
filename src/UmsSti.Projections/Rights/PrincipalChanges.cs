using Microsoft.FSharp.Core;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Domain.User;
using UmsSti.Kernel;
using UmsSti.ReadModels.Permissions;
using Events = UmsSti.Domain.User.Events;

namespace UmsSti.Projections.Rights;

/// <summary>What each event of a user does to the person decisions about rights see. Follows the domain's own fold.</summary>
internal static class PrincipalChanges
{
    public static void Apply(RightsRows rows, PrincipalDraft person, ITimelineEvent recorded, Events.Event fact)
    {
        var given = (fact as Events.Event.Rights)?.Item;
        if (given is null && !StandingModule.mayMove(fact))
            return;
        var before = GivenFolds.Of(person.Rights);
        var wasPurged = person.SubState == SubState.Purged.Name;
        var (standing, after) = StandingModule.afterWith(Of(person), before, fact);
        if (standing?.Value is not { } stands)
            return;
        (person.Type, person.State, person.SubState) = (stands.Type.Name, stands.SubState.State.Name, stands.SubState.Name);
        person.WasActive = stands.ActivatedAt is not null;
        var said = given is not null
            ? Domain.Rights.Reactions.dispatch(GivenFacts.Instance, given)
            : new GivenFact(GivenFact.Dropped, Metadata.actor(recorded), recorded.Timestamp, null);
        new GivenChanges(rows, person.Id, teamId: null, recorded.Position, ordinal: 0).Put(person.Rights, before, after, said);
        if (stands.SubState.IsPurged && !wasPurged)
            rows.ForgetReasons(person.Id);
    }

    // When he was registered and activated is nothing to rights: only whether he ever was active.
    private static FSharpOption<Standing>? Of(PrincipalDraft person) => person.SubState.Length == 0
        ? null
        : FSharpOption<Standing>.Some(new Standing(
            UserType.TryParse(person.Type, out var type) ? type : throw new InvalidOperationException($"'{person.Type}' is no type of user."),
            SubState.TryParse(person.SubState, out var subState) ? subState : throw new InvalidOperationException($"'{person.SubState}' is no sub-state."),
            DateTimeOffset.UnixEpoch,
            person.WasActive ? FSharpOption<DateTimeOffset>.Some(DateTimeOffset.UnixEpoch) : null));
}
