using System.Collections.Concurrent;

namespace UmsSti.ReadModels.Sqlite;

/// <summary>A bounded set of reading connections, opened as they are needed. Renting allocates nothing when one is free.</summary>
internal sealed class ReadPool(ReadModelOptions options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.ReadConnections, options.ReadConnections);
    private readonly ConcurrentStack<Connection> _idle = new();
    private volatile bool _closed;

    /// <summary>Waits for a free connection; give the lease back with <c>using</c>.</summary>
    public ValueTask<Lease> Rent(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var wait = _free.WaitAsync(ct);
        return wait.IsCompletedSuccessfully ? new ValueTask<Lease>(Take()) : Queued(wait);
    }

    private async ValueTask<Lease> Queued(Task wait)
    {
        await wait.ConfigureAwait(false);
        return Take();
    }

    private Lease Take()
    {
        try
        {
            return new Lease(this, _idle.TryPop(out var connection) ? connection : Connection.Open(options, readOnly: true));
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    private void Return(Connection connection)
    {
        if (_closed)
            connection.Dispose();
        else
            _idle.Push(connection);
        _free.Release();
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryPop(out var connection))
            connection.Dispose();
    }

    /// <summary>The right to use one connection until disposed.</summary>
    public readonly struct Lease(ReadPool pool, Connection connection) : IDisposable
    {
        public Connection Connection => connection;

        public void Dispose() => pool.Return(connection);
    }
}
