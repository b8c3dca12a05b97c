using System.Collections.Concurrent;
using UmsSti.Kernel;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store.EventLog;

/// <summary>
/// A bounded number of readers. A read runs on the caller's thread, which costs less than handing it over; when all readers are
/// taken the caller waits, and beyond a limit of waiting reads is refused.
/// </summary>
internal sealed class ReaderPool(string path, EventLogOptions options)
{
    private readonly SemaphoreSlim _free = new(options.ReaderConnections);
    private readonly ConcurrentStack<LogReader> _idle = [];
    private int _waiting;
    private volatile bool _closed;

    /// <summary>Runs one read. Throws <see cref="LogUnavailableException"/> when too many wait or the log is closed.</summary>
    public Task<T> Read<T, TState>(TState state, Func<LogReader, TState, CancellationToken, T> read, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return Task.FromCanceled<T>(ct);
        if (!_free.Wait(0, CancellationToken.None))
            return ReadLater(state, read, ct);
        try
        {
            return Task.FromResult(ReadNow(state, read, ct));
        }
        catch (OperationCanceledException cancelled)
        {
            return Task.FromCanceled<T>(cancelled.CancellationToken);
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }

    /// <summary>Waits for the running reads and closes every connection; later reads are refused.</summary>
    public async Task Close()
    {
        _closed = true;
        for (var i = 0; i < options.ReaderConnections; i++)
            await _free.WaitAsync().ConfigureAwait(false);
        while (_idle.TryPop(out var reader))
            reader.Dispose();
        _free.Release(options.ReaderConnections);
    }

    private async Task<T> ReadLater<T, TState>(TState state, Func<LogReader, TState, CancellationToken, T> read, CancellationToken ct)
    {
        if (Interlocked.Increment(ref _waiting) > options.MaxQueuedReads)
        {
            Interlocked.Decrement(ref _waiting);
            throw new LogUnavailableException($"The log is busy: {options.MaxQueuedReads} reads are waiting.", null);
        }

        try
        {
            await _free.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        return ReadNow(state, read, ct);
    }

    private T ReadNow<T, TState>(TState state, Func<LogReader, TState, CancellationToken, T> read, CancellationToken ct)
    {
        LogReader? reader = null;
        try
        {
            if (_closed)
                throw new LogUnavailableException("The log is closed.", null);
            if (!_idle.TryPop(out reader))
                reader = LogReader.Open(path, options);
            return read(reader, state, ct);
        }
        catch (SqliteFault)
        {
            // Whatever went wrong may lie in this connection; the next read gets a fresh one.
            reader?.Dispose();
            reader = null;
            throw;
        }
        finally
        {
            if (reader is not null)
                _idle.Push(reader);
            _free.Release();
        }
    }
}
