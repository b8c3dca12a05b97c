using Microsoft.Extensions.Logging;

namespace UmsSti.Projections;

/// <summary>
/// The live tail of one log at one pace: takes one batch after the other from the ingester and has the rows of all projectors that keep
/// up written in one transaction, each with its own checkpoint. Log order is the order of every stream. One that fails is
/// left out and sent away with what it failed at; it makes up for it by itself, with tries, and joins again.
/// </summary>
internal sealed partial class Scheduler(Source source, ProjectionPace pace, IReadOnlyList<ProjectionRunner> runners, ProjectionRuntime runtime) : IDisposable
{
    private readonly SemaphoreSlim _between = new(1, 1);
    private readonly List<Member> _members = [];
    private readonly ILogger _logger = runtime.Loggers.CreateLogger<Scheduler>();
    private TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position;

    /// <summary>How far the tail is: who is not behind it may join.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Runs until cancelled; the batch that is being written is finished. A log that cannot be read is tried again.</summary>
    public async Task Run(CancellationToken ct)
    {
        for (var failures = 0; !ct.IsCancellationRequested;)
        {
            var before = Position;
            try
            {
                await Tail(ct).ConfigureAwait(false);
                failures = 0;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                failures = Position > before ? 0 : failures;
                var delay = runtime.RestartDelay(failures++);
                LogUnreadable(_logger, source.Name, delay, failure);
                foreach (var member in Members())
                    member.Runner.Stats.Faulted(failure);
                await runtime.DelayOrStop(delay, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Holds the tail between two batches until disposed.</summary>
    public async Task<Pause> Hold(CancellationToken ct)
    {
        await _between.WaitAsync(ct).ConfigureAwait(false);
        return new Pause(this);
    }

    public void Dispose() => _between.Dispose();

    // Ends when the tail is to begin at another position.
    private async Task Tail(CancellationToken ct)
    {
        await using var ingester = new Ingester(source, [.. runners.Select(runner => runner.Projector)], Position, long.MaxValue, runtime.Options, Woken,
            gather: pace == ProjectionPace.Gathered ? Gather : null);
        foreach (var member in Members())
            member.Runner.Stats.Change(RunnerState.Running);
        while (true)
        {
            await AnyMember().WaitAsync(ct).ConfigureAwait(false);
            if (ingester.Position != Position)
                return;
            if (await ingester.Next(ct).ConfigureAwait(false) is { } batch)
                await Hand(batch, ct).ConfigureAwait(false);
        }
    }

    private async Task Hand(Batch batch, CancellationToken ct)
    {
        using var pause = await Hold(ct).ConfigureAwait(false);
        var turns = new List<ProjectionRunner.Turn>(_members.Count);
        try
        {
            foreach (var member in _members)
                turns.Add(await member.Runner.TakeTurn(ct).ConfigureAwait(false));
            await Write(batch, ct).ConfigureAwait(false);
        }
        finally
        {
            turns.ForEach(turn => turn.Dispose());
        }
        Volatile.Write(ref _position, batch.Position);
    }

    private async Task Write(Batch batch, CancellationToken ct)
    {
        var work = new List<Work>(_members.Count);
        foreach (var member in Members())
            if (await Prepare(member, batch, ct).ConfigureAwait(false) is { } pass)
                work.Add(new Work(member, pass));
        while (work.Count > 0 && !await TryWrite(work, batch, ct).ConfigureAwait(false))
        {
            // again without whoever failed
        }
        foreach (var member in _members)
            member.Runner.Show();
    }

    // Null when there is nothing to be written for it.
    private async Task<Sink.Pass?> Prepare(Member member, Batch batch, CancellationToken ct)
    {
        try
        {
            var sink = await member.Runner.Sink(ct).ConfigureAwait(false);
            if (sink.IsBehind(batch))
                SendAway(member, new Departure(null, null, null));
            else if (!await sink.PassOver(batch, ct).ConfigureAwait(false))
                return sink.Begin(batch, new StreamFaults(runtime.Options));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            SendAway(member, new Departure(null, null, fault));
        }
        return null;
    }

    private async Task<bool> TryWrite(List<Work> work, Batch batch, CancellationToken ct)
    {
        Work? at = null;
        try
        {
            await runtime.Database.WriteAsync(
                session =>
                {
                    foreach (var each in work)
                    {
                        at = each;
                        each.Pass.Run(session);
                    }
                    at = null;
                },
                ct).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            foreach (var each in work)
                each.Pass.RolledBack();
            Leave(work, at is { } one ? [one] : [.. work], batch, fault);
            return false;
        }
        foreach (var each in work)
        {
            each.Pass.Committed();
            each.Member.Runner.Stats.Wrote();
        }
        runtime.Reach(FaultPoint.Committed, source.Name.ToString());
        return true;
    }

    // Who fails alone leaves alone; a commit that fails is everybody's.
    private void Leave(List<Work> work, IReadOnlyList<Work> failed, Batch batch, Exception fault)
    {
        foreach (var each in failed)
        {
            work.Remove(each);
            SendAway(each.Member, fault is Sink.PassFailedException ? new Departure(batch, each.Pass.Faults, null) : new Departure(null, null, fault));
        }
    }

    private void SendAway(Member member, Departure departure)
    {
        lock (_members)
        {
            _members.Remove(member);
            if (_members.Count == 0)
                _joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        if (departure.Fault is not null)
            member.Runner.GiveUpSink();
        member.Left.SetResult(departure);
    }

    private Task<Departure> Add(ProjectionRunner runner, long position)
    {
        var member = new Member(runner);
        lock (_members)
        {
            if (_members.Count == 0)
                Volatile.Write(ref _position, Math.Max(position, Position)); // nobody needs what lies between
            _members.Add(member);
            _members.Sort((one, other) => one.Runner.Order.CompareTo(other.Runner.Order)); // turns are taken in one order everywhere
            _joined.TrySetResult();
        }
        return member.Left.Task;
    }

    private Task AnyMember()
    {
        lock (_members)
            return _joined.Task;
    }

    private Member[] Members()
    {
        lock (_members)
            return [.. _members];
    }

    private void Woken()
    {
        foreach (var member in Members())
            member.Runner.Stats.Behind();
    }

    // Real time, also where a test moves the clock by hand: nothing but the size of a transaction depends on it.
    private Task Gather(CancellationToken ct) =>
        Members().Any(member => member.Runner.Progress.Waiting > 0) ? Task.CompletedTask : Task.Delay(runtime.Options.GatherTime, ct);

    private sealed record Work(Member Member, Sink.Pass Pass);

    private sealed class Member(ProjectionRunner runner)
    {
        public ProjectionRunner Runner => runner;

        public TaskCompletionSource<Departure> Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Why a projector left the tail: a batch one of its streams failed in, or a fault of its own, or neither: it is behind.</summary>
    internal sealed record Departure(Batch? Batch, StreamFaults? Faults, Exception? Fault);

    /// <summary>The tail stands still while this is held.</summary>
    internal sealed class Pause(Scheduler scheduler) : IDisposable
    {
        /// <summary>Makes a projector that stands at the tail's position, or beyond, one of those it writes for. Completes when it is sent away.</summary>
        public Task<Departure> Join(ProjectionRunner runner, long position) => scheduler.Add(runner, position);

        public void Dispose() => scheduler._between.Release();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Log} log cannot be read; its projectors go on in {Delay}.")]
    private static partial void LogUnreadable(ILogger logger, SourceLog log, TimeSpan delay, Exception failure);
}
