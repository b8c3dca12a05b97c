using System.Threading.Channels;
using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>
/// Tails a log for one projector: reads, decodes ahead on its own thread, and sleeps until the log has more. Each projector
/// has its own, so one that is slow or has fallen over holds nobody up.
/// </summary>
internal sealed class LogSource(IEventLog log, IProjector projector, ProjectionOptions options)
{
    /// <summary>Batches after a position, in order; ends with the batch that holds <paramref name="until"/>.</summary>
    /// <param name="after">The last position that was taken in.</param>
    /// <param name="until">No more is read once this position is passed.</param>
    /// <param name="woken">Called when the log has more after a rest.</param>
    public Tail Start(long after, long until, Action? woken)
    {
        var channel = Channel.CreateBounded<Batch>(new BoundedChannelOptions(options.ReadAheadBatches) { SingleReader = true, SingleWriter = true });
        var stop = new CancellationTokenSource();
        return new Tail(channel.Reader, Task.Run(() => Pump(channel.Writer, after, until, woken, stop.Token), CancellationToken.None), stop);
    }

    // Whatever ends it, the reader of the channel hears of it.
    private async Task Pump(ChannelWriter<Batch> writer, long after, long until, Action? woken, CancellationToken ct)
    {
        try
        {
            while (after < until)
            {
                var events = await log.ReadAll(after, options.BatchEvents, ct).ConfigureAwait(false);
                if (events.Length == 0)
                {
                    await log.AwaitBeyond(after, ct).ConfigureAwait(false);
                    woken?.Invoke();
                    continue;
                }
                var batch = Prepare(after, events);
                await writer.WriteAsync(batch, ct).ConfigureAwait(false);
                after = batch.Position;
            }
            writer.Complete();
        }
        catch (Exception failure)
        {
            writer.Complete(failure);
        }
    }

    private Batch Prepare(long after, RecordedEvent[] events)
    {
        var deliveries = new List<Delivery>(events.Length);
        foreach (var recorded in events)
            if (projector.DecoderOf(recorded.Stream) is { } decoder)
                deliveries.Add(Decode(decoder, recorded));
        return new Batch(after, events[^1].Position, events[^1].EventId, deliveries);
    }

    private static Delivery Decode(EventDecoder decoder, RecordedEvent recorded)
    {
        try
        {
            return new Delivery(recorded, decoder.Decode(recorded), null);
        }
        catch (Exception fault)
        {
            return new Delivery(recorded, null, fault); // the sink decides what becomes of the stream
        }
    }

    /// <summary>A source that is running; disposing stops it and waits until it has let go of the log.</summary>
    internal sealed class Tail(ChannelReader<Batch> batches, Task pumping, CancellationTokenSource stop) : IAsyncDisposable
    {
        public ChannelReader<Batch> Batches => batches;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await pumping.ConfigureAwait(false);
            stop.Dispose();
        }
    }
}
