using UmsSti.Application;
using UmsSti.Projections.Rights;
using UmsSti.Projections.Teams;
using UmsSti.ReadModels.Permissions;

namespace UmsSti.Projections.Schedules;

/// <summary>
/// Puts on record what gives nothing any more: grants and roles that ran out (PE-24), invitations and requests that did (FS-40.2, FS-54.2),
/// and whatever the processes of archived people and teams, suspended admins and retired roles have overlooked (XR-01...09, FS-82). Checks
/// and decisions have been refusing it before its events exist.
/// </summary>
/// <param name="door">Where the commands go.</param>
/// <param name="upkeep">Where candidates are found.</param>
/// <param name="options">Interval.</param>
public sealed class RightsSchedule(Door door, RightsUpkeep upkeep, ScheduleOptions options) : ISchedule
{
    private static readonly TimeSpan RequestLife = TimeSpan.FromDays(Domain.Rights.Decisions.RequestDays);
    private static readonly UpkeepSearch[] Searches = Enum.GetValues<UpkeepSearch>();

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
        var search = Searches[place.Search];
        var page = await upkeep.PageAsync(search, now, RequestLife, place.Last, limit, ct).ConfigureAwait(false);
        var next = page.Count == limit ? place with { Last = page[^1] }
            : place.Search + 1 < Searches.Length ? new Place(place.Search + 1, null)
            : null;
        return new SchedulePage([.. page.Select(item => new Candidate(search, item, now))], next);
    }

    /// <inheritdoc/>
    public async Task<ItemOutcome> Act(ScheduleItem item, Envelope envelope, CancellationToken ct) => item is Candidate candidate
        ? Answers.OutcomeOf(await door.Execute(envelope, UpkeepCommands.Of(candidate.Search, candidate.Item), ct).ConfigureAwait(false), OvertakenOf(candidate.Search))
        : throw new InvalidOperationException($"'{item.Id}' was not found by this schedule.");

    private static string OvertakenOf(UpkeepSearch search) => search switch
    {
        UpkeepSearch.Invitations => "invitation-not-expired",
        UpkeepSearch.Requests => "request-not-expired",
        _ => "not-a-member",
    };

    private sealed record Place(int Search, UpkeepItem? Last);

    private sealed record Candidate(UpkeepSearch Search, UpkeepItem Item, DateTimeOffset FoundAt)
        : ScheduleItem(string.Join(' ', Search.ToString().ToLowerInvariant(), Item.UserId, Item.TeamId, Item.Name), FoundAt);
}
