using UmsSti.Application;
using UmsSti.Projections.Teams;
using UmsSti.ReadModels.Permissions;

namespace UmsSti.Projections.Schedules;

/// <summary>
/// Puts on record what gives nothing any more: grants and roles that ran out (PE-24), memberships of archived or purged people and
/// teams (XR-01, XR-02), elevated grants of a suspended admin (XR-04), invitations and requests that ran out (FS-40.2, FS-54.2). Checks
/// and decisions have been refusing them before its events exist.
/// </summary>
/// <param name="door">Where the commands go.</param>
/// <param name="upkeep">Where candidates are found.</param>
/// <param name="options">Interval.</param>
public sealed class RightsSchedule(Door door, RightsUpkeep upkeep, ScheduleOptions options) : ISchedule
{
    private const char Between = ' ';
    private static readonly TimeSpan RequestLife = TimeSpan.FromDays(Domain.Rights.Decisions.RequestDays);

    /// <inheritdoc/>
    public string Name => "rights-reconcile";

    /// <inheritdoc/>
    public TimeSpan Every => options.RightsEvery;

    /// <inheritdoc/>
    public IReadOnlyList<string> Projectors { get; } = [TeamProjectors.Rights];

    /// <inheritdoc/>
    public async Task<SchedulePage> Find(DateTimeOffset now, SchedulePage? after, int limit, CancellationToken ct)
    {
        var place = after?.Next as Place ?? new Place(0, null);
        var kind = RightsUpkeep.Kinds[place.Kind];
        var page = await upkeep.PageAsync(kind, now, RequestLife, place.Last, limit, ct).ConfigureAwait(false);
        var next = page.Count == limit ? place with { Last = page[^1] }
            : place.Kind + 1 < RightsUpkeep.Kinds.Count ? new Place(place.Kind + 1, null)
            : null;
        return new SchedulePage([.. page.Select(item => new ScheduleItem(string.Join(Between, kind, item.UserId, item.TeamId, item.Detail), now))], next);
    }

    /// <inheritdoc/>
    public async Task<ItemOutcome> Act(ScheduleItem item, Envelope envelope, CancellationToken ct)
    {
        var parts = item.Id.Split(Between);
        var (user, team, detail) = (parts[1], parts[2].Length == 0 ? null : parts[2], parts[3]);
        var (command, overtaken) = parts[0] switch
        {
            RightsUpkeep.Expired => (TeamCommand.NewExpireRights(user, team), ""),

            // The last executive of a team stays on record; he is refused at every check all the same.
            RightsUpkeep.Members => (TeamCommand.NewChangeMembership(team ?? "", user, EndOf(detail)), "last-executive"),
            RightsUpkeep.Dropped => (TeamCommand.NewChangeGrant(user, team, detail, GrantStep.NewRevoke("The account was suspended.")), ""),
            RightsUpkeep.Invitations => (TeamCommand.NewChangeMembership(team ?? "", user, MembershipStep.ExpireInvitation), "invitation-not-expired"),
            RightsUpkeep.Requests => (TeamCommand.NewChangeGrant(user, team, detail, GrantStep.ExpireRequest), "request-not-expired"),
            _ => throw new InvalidOperationException($"'{parts[0]}' is no kind of upkeep."),
        };
        return Answers.OutcomeOf(await door.Execute(envelope, Command.NewOfTeams(command), ct).ConfigureAwait(false), overtaken);
    }

    // What ends a membership in that state when the person or the team is gone.
    private static MembershipStep EndOf(string state)
    {
        const string Why = "The account or the team was archived.";
        return state switch
        {
            "invited" => MembershipStep.NewRevokeInvitation(Why),
            "requested" => MembershipStep.NewRejectRequest(Why),
            _ => MembershipStep.NewDeactivate(Why),
        };
    }

    private sealed record Place(int Kind, UpkeepItem? Last);
}
