using Microsoft.Extensions.Logging;

namespace UmsSti.Projections.Outbox;

/// <summary>The steps between which the program may die; tests stop it there.</summary>
internal enum OutboxStep
{
    /// <summary>The row is marked as being sent; the peer knows nothing.</summary>
    BeforeSend,

    /// <summary>The peer has taken it; nothing is written down.</summary>
    BeforeRecord,

    /// <summary>It is written down.</summary>
    AfterRecord,
}

/// <summary>
/// Takes the due rows of one channel, hands them to it, and writes down how that ended. Asleep until a row comes, a wait is over or
/// the peer may be tried again.
/// </summary>
internal sealed partial class ChannelDispatcher(
    OutboxStore store, IChannel channel, OutboxOptions options, OutboxMetrics metrics, TimeProvider time, ILogger logger, Func<OutboxStep, OutboxItem, Task>? atStep)
{
    private readonly HashSet<Task> _underWay = [];
    private readonly CancellationTokenSource _abandon = new();

    public string Channel => channel.Name;

    public CircuitBreaker Breaker { get; } = new(options, time);

    /// <summary>Runs until cancelled, then waits for what is under way, at most <see cref="OutboxOptions.StopGrace"/>.</summary>
    public async Task Run(CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await Turn(ct).ConfigureAwait(false);
                failures = 0;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                var delay = options.RestartDelays[Math.Min(failures++, options.RestartDelays.Count - 1)];
                LogFaulted(logger, channel.Name, delay, failure);
                await Rest(delay, ct).ConfigureAwait(false);
            }
        }
        await Finish().ConfigureAwait(false);
    }

    private async Task Turn(CancellationToken ct)
    {
        var changed = store.Changed.Next;
        _underWay.RemoveWhere(task => task.IsCompleted);
        var free = Breaker.Allowed(channel.MaxConcurrent) - _underWay.Count;
        var claimed = free > 0 ? await store.Claim(channel.Name, free, ct).ConfigureAwait(false) : [];
        foreach (var item in claimed)
            _underWay.Add(Task.Run(() => Deliver(item), CancellationToken.None));
        if (claimed.Count == 0)
            await Wait(changed, ct).ConfigureAwait(false);
    }

    private async Task Wait(Task changed, CancellationToken ct)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var until = await NextTime(ct).ConfigureAwait(false);
        var wait = until - time.GetUtcNow();
        // A row is written down before its task has ended, so the change alone may come too early to find the place free.
        var clock = until is null ? Task.Delay(Timeout.InfiniteTimeSpan, woken.Token) : Task.Delay(wait > TimeSpan.Zero ? wait.Value : TimeSpan.Zero, time, woken.Token);
        await Task.WhenAny([changed, clock, .. _underWay]).ConfigureAwait(false);
        await woken.CancelAsync().ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
    }

    // Null: only a change can bring something to do. With every place taken no time matters.
    private async Task<DateTimeOffset?> NextTime(CancellationToken ct)
    {
        if (Breaker.OpenUntil is var open && open > time.GetUtcNow())
            return open;
        if (_underWay.Count >= Breaker.Allowed(channel.MaxConcurrent))
            return null;
        var due = await store.NextDue(channel.Name, ct).ConfigureAwait(false);
        // A row that is due and was not claimed waits for its recipient, who is busy.
        return due > time.GetUtcNow() || _underWay.Count == 0 ? due : null;
    }

    private async Task Deliver(OutboxItem item)
    {
        try
        {
            await At(OutboxStep.BeforeSend, item).ConfigureAwait(false);
            var started = time.GetTimestamp();
            var outcome = await Try(item).ConfigureAwait(false);
            if (outcome is null)
                return;
            metrics.Tried(channel.Name, outcome, time.GetElapsedTime(started));
            await At(OutboxStep.BeforeRecord, item).ConfigureAwait(false);
            await Record(item, outcome).ConfigureAwait(false);
            await At(OutboxStep.AfterRecord, item).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            // the row stays marked as being sent, and is tried again by the next start
        }
    }

    private async Task<DeliveryOutcome?> Try(OutboxItem item)
    {
        using var limit = new CancellationTokenSource(options.DeliveryTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _abandon.Token);
        try
        {
            return await channel.Deliver(item, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new DeliveryOutcome.Retry($"no end within {options.DeliveryTimeout.TotalSeconds:0} s");
        }
        catch (Exception failure)
        {
            LogFailed(logger, channel.Name, item.Id, failure.GetType().Name); // its message may name people
            return new DeliveryOutcome.Retry(failure.GetType().Name);
        }
    }

    // A disk that is full now must not make the peer get it twice: it is written down as soon as that is possible.
    private async Task Record(OutboxItem item, DeliveryOutcome outcome)
    {
        var backAt = Note(outcome);
        for (var failures = 0; ; failures++)
        {
            try
            {
                await Write(item, outcome, backAt).ConfigureAwait(false);
                return;
            }
            catch (Microsoft.Data.Sqlite.SqliteException failure)
            {
                var delay = options.RestartDelays[Math.Min(failures, options.RestartDelays.Count - 1)];
                LogFaulted(logger, channel.Name, delay, failure);
                await Task.Delay(delay, time, _abandon.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task Write(OutboxItem item, DeliveryOutcome outcome, DateTimeOffset backAt)
    {
        if (outcome is DeliveryOutcome.Expanded group)
        {
            await store.Expand(item, group.Recipients, _abandon.Token).ConfigureAwait(false);
            return;
        }
        var settled = Settled.Of(item, outcome, backAt, time.GetUtcNow(), Random.Shared.NextDouble(), options);
        await store.Finish(item, settled.State, settled.Attempts, settled.NextAt, settled.Reason, _abandon.Token).ConfigureAwait(false);
        if (settled.State == OutboxState.Dead)
            LogDead(logger, channel.Name, item.Id, item.Kind, settled.Reason ?? "");
    }

    private DateTimeOffset Note(DeliveryOutcome outcome)
    {
        switch (outcome)
        {
            case DeliveryOutcome.Delivered or DeliveryOutcome.Refused or DeliveryOutcome.Again:
                Breaker.Succeeded();
                break;
            case DeliveryOutcome.Retry:
                Breaker.Failed();
                break;
            case DeliveryOutcome.PeerDown down:
                var backAt = Breaker.Absent(down.After < options.MaxRetryAfter ? down.After : null);
                LogAbsent(logger, channel.Name, backAt, down.Reason);
                return backAt;
        }
        return default;
    }

    private Task At(OutboxStep step, OutboxItem item) => atStep?.Invoke(step, item) ?? Task.CompletedTask;

    private async Task Finish()
    {
        var all = Task.WhenAll(_underWay);
        await Task.WhenAny(all, Task.Delay(options.StopGrace)).ConfigureAwait(false);
        await _abandon.CancelAsync().ConfigureAwait(false);
        await all.ConfigureAwait(false);
        _abandon.Dispose();
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

    [LoggerMessage(Level = LogLevel.Error, Message = "Channel {Channel} cannot use the outbox; it goes on in {Delay}.")]
    private static partial void LogFaulted(ILogger logger, string channel, TimeSpan delay, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel} could not deliver {Item}: {Failure}.")]
    private static partial void LogFailed(ILogger logger, string channel, long item, string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The peer of {Channel} is not there ({Reason}); it is tried again at {BackAt}.")]
    private static partial void LogAbsent(ILogger logger, string channel, DateTimeOffset backAt, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Channel {Channel} gave up {Item} ({Kind}): {Reason}. POST /outbox/{Item}/retry tries it again.")]
    private static partial void LogDead(ILogger logger, string channel, long item, string kind, string reason);
}
