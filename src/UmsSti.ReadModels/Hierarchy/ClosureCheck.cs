namespace UmsSti.ReadModels.Hierarchy;

/// <summary>
/// The closure made anew from the parent links, and compared with the one that moves have kept (TM-34, PR-09). Works in
/// slices of teams, one transaction each.
/// </summary>
public sealed class ClosureCheck(ReadModelDatabase database)
{
    /// <summary>Teams of one transaction.</summary>
    private const int SliceTeams = 1_000;

    /// <summary>Levels after which a chain of parents is taken for a circle.</summary>
    private const int MaxLevels = 1_000;

    /// <summary>Most differences that are named.</summary>
    private const int MaxDifferences = 100;

    /// <summary>Teams whose closure differs from their parent links, up to a hundred. None: it is right.</summary>
    public async Task<IReadOnlyList<ClosureDifference>> VerifyAsync(CancellationToken ct)
    {
        var differences = new List<ClosureDifference>();
        await Slices((session, generation, from, to) =>
        {
            var statement = session.Connection.Get("Teams/closure_verify", generation)
                .Bind(1, from).Bind(2, to).Bind(3, MaxLevels).Bind(4, MaxDifferences - (long)differences.Count);
            while (statement.Step())
                differences.Add(new(statement.Text(0), statement.Int64(1)));
            statement.Reset();
        }, ct).ConfigureAwait(false);
        return differences;
    }

    /// <summary>Makes the closure anew from the parent links.</summary>
    public Task RebuildAsync(CancellationToken ct) => Slices(static (session, generation, from, to) =>
    {
        session.Connection.Get("Teams/closure_clear", generation).Bind(1, from).Bind(2, to).Run();
        session.Connection.Get("Teams/closure_rebuild", generation).Bind(1, from).Bind(2, to).Bind(3, MaxLevels).Run();
    }, ct);

    private async Task Slices(Action<WriteSession, int, long, long> work, CancellationToken ct)
    {
        var from = 0L;
        while (true)
        {
            var start = from;
            from = await database.WriteAsync(session =>
            {
                var generation = database.Generations.Active(ReadModelLayout.Teams.Name);
                var end = session.Connection.Get("Teams/closure_slice_end", generation).Bind(1, start).Bind(2, SliceTeams).Scalar();
                if (end > 0)
                    work(session, generation, start, end);
                return end;
            }, ct).ConfigureAwait(false);
            if (from == 0)
                return;
        }
    }
}
