using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>Streams that failed while a batch was applied, how often, and which are given up.</summary>
internal sealed class StreamFaults(int maxTries)
{
    private readonly Dictionary<string, Fault> _faults = new(StringComparer.Ordinal);
    private readonly HashSet<string> _thisPass = new(StringComparer.Ordinal);

    private readonly record struct Fault(Exception Error, int Tries, long FromIndex);

    public bool AnyThisPass => _thisPass.Count > 0;

    /// <summary>Tries of the stream that needs the most.</summary>
    public int Tries => _thisPass.Max(stream => _faults[stream].Tries);

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
        _faults.TryGetValue(stream.Value, out var fault) && fault.Tries >= maxTries && index >= fault.FromIndex;

    /// <summary>Whether some stream of this pass is worth another try.</summary>
    public bool AnyToRetry => _thisPass.Any(stream => _faults[stream].Tries < maxTries);

    public Exception ErrorOf(StreamName stream) => _faults[stream.Value].Error;
}
