using Microsoft.Extensions.Logging;
using UmsSti.Kernel;
using UmsSti.Projections.Outbox;

namespace UmsSti.Projections.Reactors;

/// <summary>The steps of a batch of a reactor between which the program may die; tests stop it there.</summary>
internal enum ReactorStep
{
    /// <summary>Events were read; nothing was made of them.</summary>
    Read,

    /// <summary>Their effects are known; nothing is written down.</summary>
    Reacted,

    /// <summary>Effects and checkpoint are written down; no channel knows.</summary>
    Stored,
}

/// <summary>Keeps one reactor going: from its checkpoint along the log, effects and checkpoint in one transaction, again after a fault.</summary>
internal sealed partial class ReactorRunner(OutboxStore store, IEventLog log, IReactor reactor, OutboxOptions options, TimeProvider time, ILogger logger, Func<ReactorStep, Task>? atStep)
{
    private const int MaxErrorLength = 500;

    private CancellationTokenSource _moved = new();
    private long _position, _failed;
    private string? _error;

    public IReactor Reactor => reactor;

    public IEventLog Log => log;

    public ReactorStatus Status => new(reactor.Name, Volatile.Read(ref _position), Math.Max(log.Head, Volatile.Read(ref _position)), Volatile.Read(ref _failed), Volatile.Read(ref _error));

    /// <summary>Gives the reactor a checkpoint when it has none or one of another log.</summary>
    public async Task Establish(CancellationToken ct)
    {
        var place = await store.FindReactor(reactor.Name, ct).ConfigureAwait(false);
        if (place is { } known && await IsOfThisLog(known, ct).ConfigureAwait(false))
        {
            Volatile.Write(ref _position, known.Position);
            return;
        }
        var head = log.Head;
        var from = place is null && reactor.Start == ReactorStart.Beginning ? 0 : head;
        if (place is not null)
            LogOtherLog(logger, reactor.Name, place.Value.Position, from);
        else if (from > 0)
            LogAtHead(logger, reactor.Name, from);
        await store.SetReactor(reactor.Name, await PlaceOf(from, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
        Volatile.Write(ref _position, from);
    }

    /// <summary>Runs until cancelled; the batch that is being written is finished.</summary>
    public async Task Run(CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            var before = Volatile.Read(ref _position);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, Volatile.Read(ref _moved).Token);
            try
            {
                await Follow(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                // stopping, or an operator has moved the checkpoint: the loop sees which
            }
            catch (Exception failure)
            {
                failures = Volatile.Read(ref _position) > before ? 0 : failures;
                var delay = options.RestartDelays[Math.Min(failures++, options.RestartDelays.Count - 1)];
                Volatile.Write(ref _error, failure.GetType().Name);
                LogFaulted(logger, reactor.Name, delay, failure);
                await Rest(delay, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reacts again from a position on.</summary>
    public async Task Replay(long from, CancellationToken ct)
    {
        var before = await PlaceOf(from - 1, ct).ConfigureAwait(false);
        await store.Replay(reactor.Name, before, ct).ConfigureAwait(false);
        Volatile.Write(ref _position, before.Position);
        await Interlocked.Exchange(ref _moved, new CancellationTokenSource()).CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Reacts once more to an event it could not make sense of; what it says when it fails again. The event must be among those.</summary>
    public async Task<string?> RetryFailed(FailedReaction failed, CancellationToken ct)
    {
        var there = await log.ReadAll(failed.Position - 1, 1, ct).ConfigureAwait(false);
        var effects = new List<PlacedEffect>();
        if (there.Length > 0 && there[0].EventId == failed.EventId)
        {
            try
            {
                AddEffects(effects, there[0]);
            }
            catch (Exception fault)
            {
                return await Keep(there[0], fault).ConfigureAwait(false);
            }
        }
        await store.SettleFailed(reactor.Name, reactor.Log, failed.Position, effects, ct).ConfigureAwait(false);
        Volatile.Write(ref _failed, await store.FailedCount(reactor.Name, ct).ConfigureAwait(false));
        return null;
    }

    private async Task Follow(CancellationToken ct)
    {
        var saved = (await store.FindReactor(reactor.Name, ct).ConfigureAwait(false) ?? default).Position;
        Volatile.Write(ref _failed, await store.FailedCount(reactor.Name, ct).ConfigureAwait(false));
        Volatile.Write(ref _position, saved);
        Volatile.Write(ref _error, null);
        var last = new LogPlace(saved, 0);
        try
        {
            while (true)
            {
                var events = await log.ReadAll(last.Position, options.BatchEvents, ct).ConfigureAwait(false);
                if (events.Length == 0)
                {
                    await log.AwaitBeyond(last.Position, ct).ConfigureAwait(false);
                    await Task.Delay(options.GatherTime, ct).ConfigureAwait(false); // real time: only the size of a transaction depends on it
                    continue;
                }
                await At(ReactorStep.Read).ConfigureAwait(false);
                var effects = await React(events).ConfigureAwait(false);
                await At(ReactorStep.Reacted).ConfigureAwait(false);
                last = new LogPlace(events[^1].Position, events[^1].EventId);
                if (effects.Count > 0 || last.Position - saved >= options.IdleCheckpointEvents)
                {
                    if (!await store.Append(reactor.Name, reactor.Log, saved, last, effects, ct).ConfigureAwait(false))
                        return; // moved meanwhile: begin again from where it stands now
                    saved = last.Position;
                    await At(ReactorStep.Stored).ConfigureAwait(false);
                }
                Volatile.Write(ref _position, last.Position);
                store.Changed.Fire();
            }
        }
        finally
        {
            if (last.Position > saved && last.EventId > 0)
                await store.Append(reactor.Name, reactor.Log, saved, last, [], CancellationToken.None).ConfigureAwait(false);
        }
    }

    private Task At(ReactorStep step) => atStep?.Invoke(step) ?? Task.CompletedTask;

    private async Task<List<PlacedEffect>> React(RecordedEvent[] events)
    {
        var effects = new List<PlacedEffect>();
        foreach (var recorded in events)
        {
            if (!reactor.Wants(recorded.Stream))
                continue;
            try
            {
                AddEffects(effects, recorded);
            }
            catch (Exception fault)
            {
                await Keep(recorded, fault).ConfigureAwait(false);
            }
        }
        return effects;
    }

    private void AddEffects(List<PlacedEffect> effects, RecordedEvent recorded)
    {
        var number = 0;
        foreach (var effect in reactor.React(recorded))
            effects.Add(new PlacedEffect(effect, recorded.Position, recorded.EventId, number++));
    }

    // A pure function that failed fails again: there is nothing to repeat, and the events behind it must not wait.
    private async Task<string> Keep(RecordedEvent recorded, Exception fault)
    {
        LogFailed(logger, reactor.Name, recorded.Position, recorded.EventType, fault);
        var error = $"{fault.GetType().Name}: {fault.Message}";
        var place = new LogPlace(recorded.Position, recorded.EventId);
        error = error.Length > MaxErrorLength ? error[..MaxErrorLength] : error;
        await store.SaveFailed(reactor.Name, place, recorded.EventType, error, CancellationToken.None).ConfigureAwait(false);
        Volatile.Write(ref _failed, await store.FailedCount(reactor.Name, CancellationToken.None).ConfigureAwait(false));
        return error;
    }

    // A log that lost its end (a restored backup) or is another one: what the checkpoint says of it means nothing.
    private async Task<bool> IsOfThisLog(LogPlace place, CancellationToken ct)
    {
        if (place.Position == 0)
            return true;
        if (place.Position > log.Head)
            return false;
        var there = await log.ReadAll(place.Position - 1, 1, ct).ConfigureAwait(false);
        return there.Length == 0 || there[0].Position != place.Position || there[0].EventId == place.EventId;
    }

    private async Task<LogPlace> PlaceOf(long position, CancellationToken ct)
    {
        if (position <= 0)
            return default;
        var there = await log.ReadAll(position - 1, 1, ct).ConfigureAwait(false);
        return there.Length > 0 && there[0].Position == position ? new LogPlace(position, there[0].EventId) : new LogPlace(position, 0);
    }

    private async Task Rest(TimeSpan delay, CancellationToken ct)
    {
        try
        {
            await Task.Delay(delay, time, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // stopping: the loop sees it
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reactor {Reactor} has no checkpoint; it begins behind event {Position}, so nothing that happened before is sent.")]
    private static partial void LogAtHead(ILogger logger, string reactor, long position);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reactor {Reactor} stood at event {Stored} of another log; it goes on behind event {Position}.")]
    private static partial void LogOtherLog(ILogger logger, string reactor, long stored, long position);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reactor {Reactor} fell over; it starts again from its checkpoint in {Delay}.")]
    private static partial void LogFaulted(ILogger logger, string reactor, TimeSpan delay, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reactor {Reactor} could not make sense of event {Position} ({Type}); it is kept in failed_reactor_events, and the reactor goes on.")]
    private static partial void LogFailed(ILogger logger, string reactor, long position, string type, Exception fault);
}
