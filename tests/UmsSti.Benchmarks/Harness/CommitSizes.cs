using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace UmsSti.Benchmarks.Harness;

/// <summary>Listens to the store's own metric and notes how many appends each commit of a log took, in order.</summary>
public sealed class CommitSizes : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<int> _sizes = new();

    public CommitSizes()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: Store.StoreMeter.Name, Name: "eventstore.append.batch.size" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, size, _, _) => _sizes.Enqueue(size));
        _listener.Start();
    }

    /// <summary>The sizes noted so far.</summary>
    public int[] Take()
    {
        var sizes = new List<int>();
        while (_sizes.TryDequeue(out var size))
            sizes.Add(size);
        return [.. sizes];
    }

    public void Dispose() => _listener.Dispose();
}
