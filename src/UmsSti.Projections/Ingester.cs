using System.Threading.Channels;

namespace UmsSti.Projections;

/// <summary>
/// Makes batches of a source, for any number of consumers at once. Behind the head it reads and decodes ahead on a thread of
/// its own, as far as <see cref="ProjectionOptions.ReadAheadBatches"/>, then waits until a batch is taken; at the head it reads
/// when it is asked, so that a commit is one hop away from its rows. For one caller at a time.
/// </summary>
internal sealed class Ingester : IAsyncDisposable
{
    private readonly Source _source;
    private readonly BatchMaker _maker;
    private readonly string _name;
    private readonly ProjectionOptions _options;
    private readonly long _until;
    private readonly int _pageEvents;
    private readonly Action? _woken;
    private readonly Func<CancellationToken, Task>? _gather;
    private Ahead? _ahead;

    /// <param name="source">The log.</param>
    /// <param name="consumers">For whom the batches are.</param>
    /// <param name="after">The last position that was taken in.</param>
    /// <param name="until">The last position that is read.</param>
    /// <param name="options">Limits.</param>
    /// <param name="woken">Called when the log has more after a rest.</param>
    /// <param name="isBuilding">Reads in the small pages of a rebuild.</param>
    /// <param name="gather">Waits after a rest before the log is read, so that more comes together.</param>
    public Ingester(
        Source source, IReadOnlyList<IEventConsumer> consumers, long after, long until, ProjectionOptions options, Action? woken = null, bool isBuilding = false,
        Func<CancellationToken, Task>? gather = null)
    {
        _pageEvents = isBuilding ? options.RebuildBatchEvents : options.BatchEvents;
        (_source, _maker, _options, _until, _woken, _gather, Position) = (source, new BatchMaker(consumers), options, until, woken, gather, after);
        _name = consumers.Count == 1 ? consumers[0].Name : source.Name.ToString();
    }

    /// <summary>Position of the last batch handed out.</summary>
    public long Position { get; private set; }

    /// <summary>The next batch, in order; waits at the head. Null once <c>until</c> is reached. Throws what the log throws.</summary>
    public async ValueTask<Batch?> Next(CancellationToken ct)
    {
        while (Position < _until)
        {
            if (await NextReadAhead(ct).ConfigureAwait(false) is { } ready)
                return Taken(ready);
            if (Position >= _until)
                break;
            if (await Read(Position, ct).ConfigureAwait(false) is { } read)
            {
                if (read.More && read.Batch.Position < _until)
                    _ahead = new Ahead(this, read.Batch.Position);
                return Taken(read.Batch);
            }
            await _source.AwaitBeyond(Position, ct).ConfigureAwait(false);
            _woken?.Invoke();
            if (_gather is not null)
                await _gather(ct).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>Stops reading ahead, and waits until it has let go of the log.</summary>
    public ValueTask DisposeAsync() => _ahead?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask<Batch?> NextReadAhead(CancellationToken ct)
    {
        if (_ahead is not { } ahead)
            return null;
        if (await ahead.Batches.WaitToReadAsync(ct).ConfigureAwait(false) && ahead.Batches.TryRead(out var batch))
            return batch;
        await ahead.DisposeAsync().ConfigureAwait(false); // it came to the head
        _ahead = null;
        return null;
    }

    private async ValueTask<(Batch Batch, bool More)?> Read(long after, CancellationToken ct)
    {
        var page = await _source.Read(after, _until, _pageEvents, ct).ConfigureAwait(false);
        if (page.Length == 0)
            return null;
        _options.FaultPoints.Reach(FaultPoint.Read, _name);
        var batch = _maker.Make(after, page);
        _options.FaultPoints.Reach(FaultPoint.Decoded, _name);
        return (batch, page.Length == _pageEvents);
    }

    private Batch Taken(Batch batch)
    {
        Position = batch.Position;
        return batch;
    }

    /// <summary>Reads until the head, or until it is stopped; whatever ends it, the reader of the channel hears of it.</summary>
    private sealed class Ahead : IAsyncDisposable
    {
        private readonly Channel<Batch> _channel;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _reading;

        public Ahead(Ingester ingester, long after)
        {
            _channel = Channel.CreateBounded<Batch>(
                new BoundedChannelOptions(ingester._options.ReadAheadBatches) { SingleReader = true, SingleWriter = true });
            _reading = Task.Run(() => Pump(ingester, after), CancellationToken.None);
        }

        public ChannelReader<Batch> Batches => _channel.Reader;

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _reading.ConfigureAwait(false);
            _stop.Dispose();
        }

        private async Task Pump(Ingester ingester, long after)
        {
            try
            {
                while (after < ingester._until && await ingester.Read(after, _stop.Token).ConfigureAwait(false) is { } read)
                {
                    await _channel.Writer.WriteAsync(read.Batch, _stop.Token).ConfigureAwait(false);
                    after = read.Batch.Position;
                    if (!read.More)
                        break;
                }
                _channel.Writer.Complete();
            }
            catch (Exception failure)
            {
                _channel.Writer.Complete(failure);
            }
        }
    }
}
