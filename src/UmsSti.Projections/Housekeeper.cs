using Microsoft.Extensions.Logging;

namespace UmsSti.Projections;

/// <summary>
/// Clears away what nobody asks any more, in bounded transactions beside the projectors: generations that were replaced, and
/// words of erased people in the full-text index. What fails is logged and tried again; what a stop leaves is found at the next start.
/// </summary>
internal sealed partial class Housekeeper(ProjectionRuntime runtime, Rebuilds rebuilds)
{
    private readonly ILogger _logger = runtime.Loggers.CreateLogger<Housekeeper>();

    /// <summary>Runs until cancelled.</summary>
    public async Task Run(CancellationToken ct)
    {
        for (var failures = 0; !ct.IsCancellationRequested;)
            try
            {
                var asked = runtime.Database.Housekeeping.Asked;
                await runtime.Database.Generations.DropDoomed(rebuilds.ProjectorsOf, ct).ConfigureAwait(false);
                await runtime.Database.SearchIndex.CompactIfAsked(ct).ConfigureAwait(false);
                failures = 0;
                await asked.WaitAsync(ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                var delay = runtime.RestartDelay(failures++);
                LogLeft(_logger, delay, failure);
                await runtime.DelayOrStop(delay, ct).ConfigureAwait(false);
            }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old tables or words could not be cleared away; it is tried again in {Delay}.")]
    private static partial void LogLeft(ILogger logger, TimeSpan delay, Exception failure);
}
