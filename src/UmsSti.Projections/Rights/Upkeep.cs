using UmsSti.Application;
using UmsSti.ReadModels.Permissions;

namespace UmsSti.Projections.Rights;

/// <summary>Finds in the rows of rights what processes see to. Each look waits until the rows show the log as it stands then.</summary>
/// <param name="rows">The rows.</param>
/// <param name="gate">The gate of the projector of rights; asked for at each look, as it is made later than this.</param>
public sealed class Upkeep(RightsUpkeep rows, Func<ReadGate> gate) : IUpkeep
{
    /// <inheritdoc/>
    public async Task<UpkeepPage> Find(UpkeepQuery query, object? after, int limit, CancellationToken ct)
    {
        if (!(await gate().Pass(strong: true, 0, ct).ConfigureAwait(false)).Reached)
            throw new ReadModelBehindException("the rows of rights are too far behind the log");
        var (search, subject, id) = PartsOf(query);
        var page = await rows.PageAroundAsync(search, subject, id, (UpkeepItem?)after, limit, ct).ConfigureAwait(false);
        return new UpkeepPage([.. page.Select(item => UpkeepCommands.Of(search, item))], page.Count == limit ? page[^1] : null);
    }

    private static (UpkeepSearch Search, UpkeepSubject Subject, string Id) PartsOf(UpkeepQuery query) => query switch
    {
        UpkeepQuery.MembershipsOf of => (UpkeepSearch.Members, UpkeepSubject.User, of.userId),
        UpkeepQuery.MembershipsIn of => (UpkeepSearch.Members, UpkeepSubject.Team, of.teamId),
        UpkeepQuery.RightsOf of => (UpkeepSearch.Rights, UpkeepSubject.User, of.userId),
        UpkeepQuery.RightsIn of => (UpkeepSearch.Rights, UpkeepSubject.Team, of.teamId),
        UpkeepQuery.DroppedOf of => (UpkeepSearch.Dropped, UpkeepSubject.User, of.userId),
        UpkeepQuery.AssignmentsOf of => (UpkeepSearch.Retired, UpkeepSubject.Role, of.roleId),
        _ => throw new InvalidOperationException("A process looks for nothing that is known."),
    };
}
