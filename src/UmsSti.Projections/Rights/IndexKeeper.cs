using Microsoft.Extensions.Logging;
using UmsSti.Projections.Teams;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Permissions;

namespace UmsSti.Projections.Rights;

/// <summary>
/// Loads the permission index when rows of rights begin to answer. A load that fails stops nothing: the index says that it cannot be
/// asked, the streams answer instead, and it is loaded again later.
/// </summary>
/// <param name="index">The index.</param>
/// <param name="database">Where the rows are.</param>
/// <param name="time">The clock of the waits.</param>
/// <param name="logger">Where it says how it goes.</param>
public sealed partial class IndexKeeper(PermissionIndex index, ReadModelDatabase database, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Wait before a load that failed is tried again.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task _retrying = Task.CompletedTask;

    /// <summary>Completes when nothing is left to try again.</summary>
    public Task Settled
    {
        get
        {
            lock (_gate)
                return _retrying;
        }
    }

    /// <summary>To be told to a <see cref="ProjectionHost"/>: loads the index when the model is that of rights. Throws only when it is given up.</summary>
    public async Task Answering(ReadModelLayout model, CancellationToken ct)
    {
        if (model != ReadModelLayout.Rights || await TryLoad(ct).ConfigureAwait(false))
            return;
        lock (_gate)
            if (_retrying.IsCompleted)
                _retrying = Task.Run(Retry, CancellationToken.None);
    }

    /// <summary>Gives up a load that is waiting.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Settled.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task Retry()
    {
        try
        {
            do
                await Task.Delay(RetryDelay, time, _stop.Token).ConfigureAwait(false);
            while (!await TryLoad(_stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            LogGivenUp(logger);
        }
    }

    private async Task<bool> TryLoad(CancellationToken ct)
    {
        try
        {
            await index.LoadAsync(database, TeamProjectors.Rights, ct).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(logger, RetryDelay, failure);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The permission index could not be loaded: checks fold streams, and it is tried again in {Delay}.")]
    private static partial void LogFailed(ILogger logger, TimeSpan delay, Exception failure);

    [LoggerMessage(2, LogLevel.Information, "Stopping before the permission index was loaded.")]
    private static partial void LogGivenUp(ILogger logger);
}
