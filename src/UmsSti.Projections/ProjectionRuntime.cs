using Microsoft.Extensions.Logging;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>What every part of the runtime is given.</summary>
internal sealed record ProjectionRuntime(ReadModelDatabase Database, ProjectionOptions Options, TimeProvider Time, ILoggerFactory Loggers)
{
    /// <summary>Told when rows of a model begin to answer, before any of its positions is: at the start and after each swap.</summary>
    public Func<ReadModelLayout, CancellationToken, Task> Answering { get; init; } = static (_, _) => Task.CompletedTask;

    /// <summary>A step a test may want to end at.</summary>
    public void Reach(FaultPoint point, string name) => Options.FaultPoints.Reach(point, name);

    /// <summary>The wait after so many failures in a row, from 0.</summary>
    public TimeSpan RestartDelay(int failures) => Options.RestartDelays[Math.Min(failures, Options.RestartDelays.Count - 1)];

    /// <summary>Waits; ends at once, without an exception, when it is time to stop.</summary>
    public async Task DelayOrStop(TimeSpan delay, CancellationToken ct)
    {
        try
        {
            await Task.Delay(delay, Time, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // stopping: the caller's loop sees it
        }
    }
}
