using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>Streams that failed while a batch was applied, how often, and which are given up.</summary>
internal sealed class StreamFaults(ProjectionOptions options)
{
    private readonly Dictionary<string, Fault> _faults = new(StringComparer.Ordinal);
    private readonly HashSet<string> _thisPass = new(StringComparer.Ordinal);

    private readonly record struct Fault(Exception Error, int Tries, long FromIndex);

    private int MaxTries => options.StreamRetryDelays.Count + 1;

    public bool AnyThisPass => _thisPass.Count > 0;

    /// <summary>Tries of the stream that has had the most of those worth another one; see <see cref="AnyToRetry"/>.</summary>
    public int Tries => _thisPass.Max(stream => _faults[stream].Tries is var tries && tries < MaxTries ? tries : 1);

    public void BeginPass() => _thisPass.Clear();

    /// <summary>Notes that a stream failed in this pass, from one of its events on.</summary>
    public void Add(StreamName stream, long fromIndex, Exception error)
    {
        _thisPass.Add(stream.Value);
        var tries = _faults.TryGetValue(stream.Value, out var before) ? before.Tries + 1 : 1;
        _faults[stream.Value] = new Fault(error, tries, fromIndex);
    }

    public bool FailedThisPass(StreamName stream) => _thisPass.Contains(stream.Value);

    /// <summary>Whether the stream has had all its tries and the event is one it failed at, or later.</summary>
    public bool IsGivenUp(StreamName stream, long index) =>
        _faults.TryGetValue(stream.Value, out var fault) && fault.Tries >= MaxTries && index >= fault.FromIndex;

    /// <summary>Whether some stream of the last pass is worth another try.</summary>
    public bool AnyToRetry => _thisPass.Any(stream => _faults[stream].Tries < MaxTries);

    public Exception ErrorOf(StreamName stream) => _faults[stream.Value].Error;
}
