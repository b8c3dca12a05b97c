using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>Streams that failed while a batch was applied, how often, and which are given up.</summary>
internal sealed class StreamFaults(int maxTries)
{
    private readonly Dictionary<string, (Exception Error, int Tries)> _faults = new(StringComparer.Ordinal);
    private readonly HashSet<string> _thisPass = new(StringComparer.Ordinal);

    public bool AnyThisPass => _thisPass.Count > 0;

    /// <summary>Tries of the stream that needs the most.</summary>
    public int Tries => _thisPass.Max(stream => _faults[stream].Tries);

    public void BeginPass() => _thisPass.Clear();

    /// <summary>Notes that a stream failed in this pass; its later events wait.</summary>
    public void Add(StreamName stream, Exception error)
    {
        _thisPass.Add(stream.Value);
        _faults[stream.Value] = (error, _faults.TryGetValue(stream.Value, out var before) ? before.Tries + 1 : 1);
    }

    public bool FailedThisPass(StreamName stream) => _thisPass.Contains(stream.Value);

    /// <summary>Whether the stream has had all its tries.</summary>
    public bool IsGivenUp(StreamName stream) => _faults.TryGetValue(stream.Value, out var fault) && fault.Tries >= maxTries;

    /// <summary>Whether some stream of this pass is worth another try.</summary>
    public bool AnyToRetry => _thisPass.Any(stream => _faults[stream].Tries < maxTries);

    public Exception ErrorOf(StreamName stream) => _faults[stream.Value].Error;
}
