using UmsSti.Domain.Team;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Teams;
using Events = UmsSti.Domain.Team.Events;

namespace UmsSti.Projections.Teams;

/// <summary>What each event does to a team's row, beside what the domain's fold makes of it: the tree, the settings' authors, the history.</summary>
internal sealed class TeamChanges(TeamRows teams)
{
    public void Apply(WriteSession session, TeamDraft team, ITimelineEvent recorded, Events.Event fact)
    {
        var before = TeamFolds.Of(team);
        if (Fold.evolve(before, fact) is not Fold.State.Created { Item: var after } || (before is Fold.State.Created { Item: var known } && known.Equals(after)))
            return; // a fact that does not fit changes nothing
        var oldState = team.State;
        SetSettings(team, after, fact);
        TeamFolds.Put(team, after);
        Place(session, team, fact);
        if (oldState != team.State)
            teams.Note(team.Id, new TeamStateChange(
                after.UpdatedAt, recorded.Position, recorded.EventType, oldState.Length == 0 ? null : oldState, team.State, after.UpdatedBy, ReasonOf(fact)));
    }

    private static void SetSettings(TeamDraft team, Fold.Details after, Events.Event fact)
    {
        if (fact is Events.Event.TeamCreated { Item: var created })
            foreach (var setting in created.Settings)
                team.Set(setting.Field, setting.Value, created.At, created.By);
        else if (fact is Events.Event.TeamSettingChanged { Item: var changed })
            team.Set(changed.SettingKey, after.Settings.TryFind(changed.SettingKey)?.Value, changed.At, changed.By);
    }

    private void Place(WriteSession session, TeamDraft team, Events.Event fact)
    {
        switch (fact)
        {
            case Events.Event.TeamCreated { Item: var created }:
                teams.Place(session, team, created.ParentTeamId?.Value);
                break;
            case Events.Event.TeamHierarchyChanged { Item: var moved }:
                teams.Move(session, team, moved.NewParentId);
                break;
            case Events.Event.TeamDeleted or Events.Event.TeamPurged:
                teams.Remove(team);
                team.HoldsSlug = false;
                break;
            default:
                break; // where the team stands is not touched
        }
    }

    private static string? ReasonOf(Events.Event fact) => fact switch
    {
        Events.Event.TeamArchived { Item: var archived } => archived.Reason,
        Events.Event.TeamSuspended { Item: var suspended } => suspended.Reason,
        Events.Event.TeamDeactivated { Item: var deactivated } => deactivated.Reason?.Value,
        Events.Event.TeamSuspensionLifted { Item: var lifted } => lifted.Note?.Value,
        _ => null,
    };
}
