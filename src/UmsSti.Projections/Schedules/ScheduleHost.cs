using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using UmsSti.Application;
using UmsSti.Domain;
using StartOutcome = UmsSti.Domain.Schedule.Decisions.StartOutcome;

namespace UmsSti.Projections.Schedules;

/// <summary>Runs every schedule when its time comes, one loop each. Runs that were missed while nothing ran are caught up at the start.</summary>
public sealed partial class ScheduleHost : IAsyncDisposable
{
    private readonly Dictionary<string, ISchedule> _schedules;
    private readonly ConcurrentQueue<ScheduleOperation> _operations = new();
    private readonly ScheduleRuns _runs;
    private readonly ScheduleRunner _runner;
    private readonly ScheduleOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _looping = Task.CompletedTask;

    /// <summary>Puts the parts together; nothing runs until <see cref="Start"/>. Throws when a setting makes no sense.</summary>
    /// <param name="schedules">What comes round.</param>
    /// <param name="runs">Where runs and leases are kept.</param>
    /// <param name="gates">The gate of a projector, by name.</param>
    /// <param name="options">Times and limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where runs are logged.</param>
    public ScheduleHost(
        IEnumerable<ISchedule> schedules, ScheduleRuns runs, Func<string, ReadGate> gates, ScheduleOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        options.Validate();
        _schedules = schedules.ToDictionary(schedule => schedule.Name, StringComparer.Ordinal);
        (_runs, _options, _time, _logger) = (runs, options, time, loggers.CreateLogger<ScheduleHost>());
        _runner = new ScheduleRunner(runs, gates, options, NewId(), time, _logger);
    }

    /// <summary>Starts the loops, unless schedules are switched off.</summary>
    public void Start()
    {
        if (_options.Enabled)
            _looping = Task.WhenAll(_schedules.Values.Select(schedule => Task.Run(() => Loop(schedule), CancellationToken.None)));
    }

    /// <summary>Ends every run after the candidate it is at, and notes it. Idempotent.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _looping.ConfigureAwait(false);
        await Task.WhenAll(_operations.Select(run => run.Completion)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Every schedule with its latest run, by name.</summary>
    public async Task<IReadOnlyList<ScheduleStatus>> Statuses(CancellationToken ct)
    {
        var found = new List<ScheduleStatus>();
        foreach (var schedule in _schedules.Values.OrderBy(schedule => schedule.Name, StringComparer.Ordinal))
        {
            var state = await _runs.Load(schedule.Name, ct).ConfigureAwait(false);
            var next = Schedule.Queries.nextRunAt(_runner.RhythmOf(schedule), _time.GetUtcNow(), state);
            found.Add(new ScheduleStatus(schedule.Name, schedule.Every, _options.Enabled ? next : null, state.Last?.Value));
        }

        return found;
    }

    /// <summary>Whether there is a schedule of that name.</summary>
    public bool Knows(string schedule) => _schedules.ContainsKey(schedule);

    /// <summary>A run of this process, while it is remembered.</summary>
    public ScheduleOperation? Find(string runId) => _operations.FirstOrDefault(run => run.Id == runId);

    /// <summary>
    /// Starts a run now, on behalf of whoever the envelope names; the id of the run, or of the one that goes on already. Throws
    /// <see cref="KeyNotFoundException"/> when there is no such schedule.
    /// </summary>
    public async Task<string> RunNow(string name, Envelope envelope, CancellationToken ct)
    {
        var schedule = _schedules.TryGetValue(name, out var known) ? known : throw new KeyNotFoundException($"There is no schedule '{name}'.");
        var runId = NewId();
        switch (await _runner.Begin(schedule, runId, Schedule.Trigger.Manual, envelope, ct).ConfigureAwait(false))
        {
            case StartOutcome.Taken taken:
                return taken.runId;
            case StartOutcome.NotDue:
                throw new InvalidOperationException("An operator's run is always due.");
            default:
                _ = Launch(schedule, runId);
                return runId;
        }
    }

    /// <summary>Runs everything that is due now, one after the other, and waits for it; for scripts and tests.</summary>
    public async Task RunDue(CancellationToken ct)
    {
        foreach (var schedule in _schedules.Values)
            await RunWhenDue(schedule, ct).ConfigureAwait(false);
    }

    /// <summary>Stops and frees everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private async Task Loop(ISchedule schedule)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Rest(await RunWhenDue(schedule, _stop.Token).ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogLoopFailed(_logger, schedule.Name, failure);
                await Rest(_time.GetUtcNow() + _options.RetryAfter).ConfigureAwait(false);
            }
        }
    }

    // Runs the schedule if it is due; when to look again.
    private async Task<DateTimeOffset> RunWhenDue(ISchedule schedule, CancellationToken ct)
    {
        var next = await NextRunAt(schedule, ct).ConfigureAwait(false);
        if (next > _time.GetUtcNow() && !_runs.OwnerIsAlone)
            return next;
        var runId = NewId();
        var outcome = await _runner.Begin(schedule, runId, Schedule.Trigger.Due, _runner.EnvelopeOf(schedule, runId), ct).ConfigureAwait(false);
        if (outcome.IsStarted)
            await Launch(schedule, runId).Completion.ConfigureAwait(false);
        return outcome.IsStarted ? await NextRunAt(schedule, ct).ConfigureAwait(false) : next;
    }

    private async Task<DateTimeOffset> NextRunAt(ISchedule schedule, CancellationToken ct) =>
        Schedule.Queries.nextRunAt(_runner.RhythmOf(schedule), _time.GetUtcNow(), await _runs.Load(schedule.Name, ct).ConfigureAwait(false));

    private ScheduleOperation Launch(ISchedule schedule, string runId)
    {
        var run = new ScheduleOperation(runId, schedule.Name, _stop.Token);
        _operations.Enqueue(run);
        while (_operations.Count > _options.RememberedRuns && _operations.TryPeek(out var oldest) && oldest.Completion.IsCompleted)
            _operations.TryDequeue(out _);
        run.Completion = Task.Run(() => _runner.Carry(schedule, run), CancellationToken.None);
        return run;
    }

    private async Task Rest(DateTimeOffset until)
    {
        var span = until - _time.GetUtcNow();
        if (span <= TimeSpan.Zero)
            return;
        try
        {
            await Task.Delay(span < _options.LongestSleep ? span : _options.LongestSleep, _time, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // stopping: the loop ends
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Schedule {Schedule} could not be run; it is tried again later.")]
    private static partial void LogLoopFailed(ILogger logger, string schedule, Exception failure);
}

/// <summary>One schedule as operators see it (<c>GET /schedules</c>).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Every">How often it comes round.</param>
/// <param name="NextRunAt">A time that has passed means it is due; null when schedules are switched off.</param>
/// <param name="LastRun">Its latest run, which may be going on; null before the first.</param>
public sealed record ScheduleStatus(string Name, TimeSpan Every, DateTimeOffset? NextRunAt, Schedule.Fold.Run? LastRun);
