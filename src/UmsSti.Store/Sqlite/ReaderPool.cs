using System.Collections.Concurrent;
using UmsSti.Kernel;

namespace UmsSti.Store.Sqlite;

/// <summary>
/// A bounded number of readers. A read runs on the caller's thread, which costs less than handing it over; when all readers are
/// taken the caller waits, and beyond a limit of waiting reads is refused.
/// </summary>
internal sealed class ReaderPool<TReader>(Func<TReader> open, int connections, int maxQueuedReads)
    where TReader : class, IDisposable
{
    private readonly SemaphoreSlim _free = new(connections);
    private readonly ConcurrentStack<TReader> _idle = [];
    private int _waiting;
    private volatile bool _closed;

    /// <summary>Runs one read. Throws <see cref="LogUnavailableException"/> when too many wait or the log is closed.</summary>
    public Task<T> Read<T, TState>(TState state, Func<TReader, TState, CancellationToken, T> read, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return Task.FromCanceled<T>(ct);
        if (!_free.Wait(0, CancellationToken.None))
            return ReadLater(state, read, ct);
        try
        {
            return Task.FromResult(ReadAndRelease(state, read, ct));
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

    /// <summary>Runs one read now, for callers that cannot wait asynchronously; blocks while all connections are taken.</summary>
    public T ReadNow<T, TState>(TState state, Func<TReader, TState, CancellationToken, T> read)
    {
        _free.Wait();
        return ReadAndRelease(state, read, CancellationToken.None);
    }

    /// <summary>Waits for the running reads and closes every connection; later reads are refused.</summary>
    public async Task Close()
    {
        _closed = true;
        for (var i = 0; i < connections; i++)
            await _free.WaitAsync().ConfigureAwait(false);
        while (_idle.TryPop(out var reader))
            reader.Dispose();
        _free.Release(connections);
    }

    private async Task<T> ReadLater<T, TState>(TState state, Func<TReader, TState, CancellationToken, T> read, CancellationToken ct)
    {
        if (Interlocked.Increment(ref _waiting) > maxQueuedReads)
        {
            Interlocked.Decrement(ref _waiting);
            throw new LogUnavailableException($"The store is busy: {maxQueuedReads} reads are waiting.", null);
        }

        try
        {
            await _free.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        return ReadAndRelease(state, read, ct);
    }

    private T ReadAndRelease<T, TState>(TState state, Func<TReader, TState, CancellationToken, T> read, CancellationToken ct)
    {
        TReader? reader = null;
        try
        {
            if (_closed)
                throw new LogUnavailableException("The store is closed.", null);
            if (!_idle.TryPop(out reader))
                reader = open();
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
