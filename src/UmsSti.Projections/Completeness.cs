using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>
/// Compares what each projector says it has applied with what its log holds, and the rows with those of a fresh build
/// (<c>ums verify --full</c>): a distance to the head can be zero over a hole, a count and a checksum cannot; and a row that was
/// changed behind the projector's back shows only in the rows.
/// </summary>
public sealed class Completeness
{
    /// <summary>Events read from a log at once.</summary>
    private const int ReadEvents = 4_096;

    private readonly ProjectionRuntime _runtime;
    private readonly ProjectionRunner[] _runners;
    private readonly Rebuilds _rebuilds;

    internal Completeness(ProjectionRuntime runtime, ProjectionRunner[] runners, Rebuilds rebuilds) =>
        (_runtime, _runners, _rebuilds) = (runtime, runners, rebuilds);

    /// <summary>
    /// Builds every model anew beside the one that answers, up to the very position that one shows, and compares table by
    /// table. The projectors pause only while both are brought to one position. Streams that are parked are compared too: a
    /// stream that fails no more is a difference, until it is retried.
    /// </summary>
    public Task<IReadOnlyList<TableComparison>> CompareRows(IProgress<long>? progress, CancellationToken ct) => _rebuilds.Compare(progress, ct);

    /// <summary>Reads each log once up to the checkpoints. Progress counts events read.</summary>
    public async Task<IReadOnlyList<CompletenessReport>> Verify(IProgress<long>? progress, CancellationToken ct)
    {
        var counts = await _runtime.Database.WriteAsync(session => _runners.Select(runner => Begin(session, runner)).ToArray(), ct).ConfigureAwait(false);
        var read = 0L;
        foreach (var ofLog in counts.GroupBy(count => count.Log))
        {
            var end = ofLog.Max(count => count.Checkpoint.Position);
            for (var position = 0L; position < end;)
            {
                var events = await ofLog.Key.ReadAll(position, ReadEvents, ct).ConfigureAwait(false);
                if (events.Length == 0)
                    break; // shorter than the checkpoints say: the counts will differ
                foreach (var count in ofLog)
                    count.Take(events);
                position = events[^1].Position;
                progress?.Report(read += events.Length);
            }
        }
        return [.. counts.Select(count => count.Report())];
    }

    private Count Begin(WriteSession session, ProjectionRunner runner)
    {
        var generation = _runtime.Database.Generations.Active(runner.Projector.Model.Name);
        return new Count(
            runner.Projector, runner.Source.Log, session.FindCheckpoint(runner.Projector.Name, generation) ?? default,
            session.Parked(runner.Projector.Name, generation).ToDictionary(parked => parked.Stream, parked => parked.FromIndex, StringComparer.Ordinal),
            [.. session.Skipped(runner.Projector.Name).Select(skipped => skipped.EventId)]);
    }

    private sealed class Count(IProjector projector, IEventLog log, Checkpoint checkpoint, Dictionary<string, long> parked, HashSet<long> skipped)
    {
        private long _expected;
        private long _held;
        private long _skipped;
        private long _checksum;

        public IEventLog Log => log;

        public Checkpoint Checkpoint => checkpoint;

        public void Take(RecordedEvent[] events)
        {
            foreach (var recorded in events)
            {
                if (recorded.Position > checkpoint.Position)
                    return;
                if (projector.DecoderOf(recorded.Stream) is null)
                    continue;
                if (skipped.Contains(recorded.EventId))
                {
                    _skipped++;
                    continue;
                }
                if (parked.Count > 0 && parked.TryGetValue(recorded.Stream.Value, out var from) && recorded.Index >= from)
                {
                    _held++;
                    continue;
                }
                _expected++;
                _checksum = AppliedChecksum.Add(_checksum, recorded.Position, recorded.EventId);
            }
        }

        public CompletenessReport Report() => new(
            projector.Name, checkpoint.Position, _expected, checkpoint.Applied, _held, _skipped,
            AppliedChecksum.Show(_checksum), AppliedChecksum.Show(checkpoint.Checksum));
    }
}

/// <summary>One projector compared with its log.</summary>
/// <param name="Projector">Name of the projector.</param>
/// <param name="Position">How far the comparison reaches: its checkpoint.</param>
/// <param name="Expected">Events of its categories up to there that are neither held in parked streams nor skipped.</param>
/// <param name="Applied">How many it says it has applied.</param>
/// <param name="Held">Events held in parked streams.</param>
/// <param name="Skipped">Events it was told to go on without.</param>
/// <param name="ExpectedChecksum">Over the events of the log.</param>
/// <param name="AppliedChecksum">As the projector keeps it.</param>
public sealed record CompletenessReport(
    string Projector, long Position, long Expected, long Applied, long Held, long Skipped, string ExpectedChecksum, string AppliedChecksum)
{
    /// <summary>Nothing is missing, doubled or exchanged.</summary>
    public bool IsComplete => Expected == Applied && ExpectedChecksum == AppliedChecksum;
}
