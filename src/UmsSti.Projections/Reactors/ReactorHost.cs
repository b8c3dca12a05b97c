using Microsoft.Extensions.Logging;
using UmsSti.Kernel;
using UmsSti.Projections.Outbox;

namespace UmsSti.Projections.Reactors;

/// <summary>Starts every reactor and every channel of the outbox, keeps them going, and stops them.</summary>
public sealed partial class ReactorHost : IAsyncDisposable
{
    /// <summary>Failed events listed at once.</summary>
    public const int MaxFailed = 1_000;

    private readonly OutboxStore _store;
    private readonly OutboxOptions _options;
    private readonly OutboxMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ReactorRunner[] _runners;
    private readonly ChannelDispatcher[] _dispatchers;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Puts the parts together; nothing runs until <see cref="StartAsync"/>. Throws when a setting makes no sense.</summary>
    public ReactorHost(
        OutboxDatabase database, IEventLog domain, IEventLog activity, IReadOnlyList<IReactor> reactors, IReadOnlyList<IChannel> channels,
        OutboxOptions options, TimeProvider time, ILoggerFactory loggers)
        : this(database, domain, activity, reactors, channels, options, time, loggers, null)
    {
    }

    internal ReactorHost(
        OutboxDatabase database, IEventLog domain, IEventLog activity, IReadOnlyList<IReactor> reactors, IReadOnlyList<IChannel> channels,
        OutboxOptions options, TimeProvider time, ILoggerFactory loggers, Func<OutboxStep, OutboxItem, Task>? atStep, Func<ReactorStep, Task>? atReaction = null)
    {
        options.Validate();
        (_options, _time, _logger) = (options, time, loggers.CreateLogger<ReactorHost>());
        _store = new OutboxStore(database, options, time);
        _metrics = new OutboxMetrics([.. channels.Select(channel => channel.Name)], Statuses, () => _dispatchers?.Select(each => (each.Channel, each.Breaker.IsTripped)) ?? [], time);
        _runners = [.. reactors.Select(reactor => new ReactorRunner(
            _store, reactor.Log == SourceLog.Domain ? domain : activity, reactor, options, time, loggers.CreateLogger<ReactorRunner>(), atReaction))];
        _dispatchers = [.. channels.Select(channel => new ChannelDispatcher(
            _store, channel, options, _metrics, time, loggers.CreateLogger<ChannelDispatcher>(), atStep))];
        Outbox = new OutboxDesk(_store, channel => _dispatchers.FirstOrDefault(each => each.Channel == channel)?.Breaker.TryNow());
    }

    /// <summary>The operator's hand on the outbox.</summary>
    public OutboxDesk Outbox { get; }

    /// <summary>Completes with the next change of reactors or outbox.</summary>
    internal Task Changed => _store.Changed.Next;

    /// <summary>Every reactor, by name.</summary>
    public IReadOnlyList<ReactorStatus> Statuses() => [.. _runners.Select(runner => runner.Status).OrderBy(status => status.Name, StringComparer.Ordinal)];

    /// <summary>
    /// Gives reactors without a checkpoint theirs. Done when an installation is opened, before anything is appended, so that a fresh one
    /// reacts to its first event.
    /// </summary>
    public async Task Establish(CancellationToken ct)
    {
        foreach (var runner in _runners)
            await runner.Establish(ct).ConfigureAwait(false);
    }

    /// <summary>Starts the loops; <see cref="Establish"/> comes first. What was being sent when the program ended is sent again.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        await _store.ReleaseAll(ct).ConfigureAwait(false);
        _running = Task.WhenAll([
            .. _runners.Select(runner => Task.Run(() => runner.Run(_stop.Token), CancellationToken.None)),
            .. _dispatchers.Select(dispatcher => Task.Run(() => dispatcher.Run(_stop.Token), CancellationToken.None)),
            Task.Run(KeepHouse, CancellationToken.None)]);
    }

    /// <summary>Finishes what is under way. Idempotent.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Lets a reactor react again from a position on; false when there is none of that name.</summary>
    public async Task<bool> Replay(string reactor, long from, CancellationToken ct)
    {
        if (_runners.SingleOrDefault(runner => runner.Reactor.Name == reactor) is not { } found)
            return false;
        await found.Replay(from, ct).ConfigureAwait(false);
        return true;
    }

    /// <summary>What reactors could not make sense of, by reactor and position, at most <see cref="MaxFailed"/>.</summary>
    public async Task<IReadOnlyList<FailedReaction>> Failed(CancellationToken ct) => await _store.Failed(MaxFailed, ct).ConfigureAwait(false);

    /// <summary>One of them; null when it is not there, or its reactor is of no use any more.</summary>
    public Task<FailedReaction?> FindFailed(string reactor, long position, CancellationToken ct) =>
        _runners.Any(runner => runner.Reactor.Name == reactor) ? _store.FindFailed(reactor, position, ct) : Task.FromResult<FailedReaction?>(null);

    /// <summary>Lets its reactor react to it once more (RE-06); what the reactor says when it fails again, null when it has reacted.</summary>
    public Task<string?> RetryFailed(FailedReaction failed, CancellationToken ct) =>
        _runners.Single(runner => runner.Reactor.Name == failed.Reactor).RetryFailed(failed, ct);

    /// <summary>Completes when every reactor has passed the head its log has now and nothing of the outbox is due or under way; for tests and scripts.</summary>
    public async Task Settled(CancellationToken ct)
    {
        var heads = _runners.Select(runner => (Runner: runner, runner.Log.Head)).ToArray();
        while (true)
        {
            var changed = _store.Changed.Next;
            if (heads.All(each => each.Runner.Status.Position >= each.Head) && await _store.Busy(ct).ConfigureAwait(false) == 0)
                return;
            await changed.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Stops and frees everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _metrics.Dispose();
        _stop.Dispose();
    }

    // Counts for the metrics after each change, at most once an interval; old rows go once an hour.
    private async Task KeepHouse()
    {
        var pruned = DateTimeOffset.MinValue;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _metrics.Publish(await _store.Totals(_stop.Token).ConfigureAwait(false));
                if (_time.GetUtcNow() - pruned >= _options.HousekeepingInterval)
                {
                    while (await _store.Prune(_stop.Token).ConfigureAwait(false) >= _options.PruneSliceRows)
                    {
                    }
                    pruned = _time.GetUtcNow();
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogHousekeeping(_logger, failure);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Rest().ConfigureAwait(false);
        }
    }

    private async Task Rest()
    {
        try
        {
            await Task.Delay(_options.CountInterval, _time, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // stopping: the loop sees it
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old rows of the outbox could not be cleared away; it is tried again.")]
    private static partial void LogHousekeeping(ILogger logger, Exception failure);
}
