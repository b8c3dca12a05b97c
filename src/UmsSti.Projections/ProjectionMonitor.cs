namespace UmsSti.Projections;

/// <summary>Looks at the projectors and waits for them. Cheap enough for every request.</summary>
public sealed class ProjectionMonitor
{
    private readonly Dictionary<string, ProjectionRunner> _runners;

    internal ProjectionMonitor(IEnumerable<ProjectionRunner> runners) =>
        _runners = runners.ToDictionary(runner => runner.Projector.Name, StringComparer.Ordinal);

    /// <summary>Every projector, by name.</summary>
    public IReadOnlyList<ProjectionStatus> Statuses() =>
        [.. _runners.Values.Select(Status).OrderBy(status => status.Name, StringComparer.Ordinal)];

    /// <summary>One projector; null when there is none of that name.</summary>
    public ProjectionStatus? Find(string projector) => _runners.TryGetValue(projector, out var runner) ? Status(runner) : null;

    /// <summary>The log position the projector's rows show.</summary>
    public long PositionOf(string projector) => Runner(projector).Progress.Position;

    /// <summary>
    /// True once the rows show a position; false when that takes longer than the timeout. Woken by the commit of the rows,
    /// without polling; returns at once and without allocation when the position is reached already.
    /// </summary>
    public ValueTask<bool> AwaitPosition(string projector, long position, TimeSpan timeout, CancellationToken ct) =>
        Runner(projector).Progress.AwaitPosition(position, timeout, ct);

    /// <summary>True once every projector shows the head its log has now; for tests and scripts.</summary>
    public async Task<bool> AwaitCompletion(TimeSpan timeout, CancellationToken ct)
    {
        var waits = _runners.Values.Select(runner => runner.Progress.AwaitPosition(runner.Source.Head, timeout, ct).AsTask());
        return (await Task.WhenAll(waits).ConfigureAwait(false)).All(reached => reached);
    }

    internal IEnumerable<ProjectionRunner> Runners => _runners.Values;

    internal ProjectionRunner Runner(string projector) =>
        _runners.TryGetValue(projector, out var runner) ? runner : throw new KeyNotFoundException($"There is no projector '{projector}'.");

    private static ProjectionStatus Status(ProjectionRunner runner)
    {
        var progress = runner.Progress;
        var checkpoint = progress.Checkpoint;
        var head = Math.Max(runner.Source.Head, checkpoint.Position);
        return new ProjectionStatus(
            runner.Projector.Name, runner.Projector.Model.Name, runner.Projector.Log.ToString().ToLowerInvariant(),
            checkpoint.Position, head, head - checkpoint.Position, runner.Stats.LagSeconds,
            checkpoint.Applied, checkpoint.Seen - checkpoint.Applied, AppliedChecksum.Show(checkpoint.Checksum),
            StateName(runner), progress.Parked, runner.Stats.Error);
    }

    private static string StateName(ProjectionRunner runner) => runner.Stats.State switch
    {
        RunnerState.Running => runner.Progress.CaughtUp.IsCompleted ? "live" : "catching-up",
        var state => state.ToString().ToLowerInvariant(),
    };
}
