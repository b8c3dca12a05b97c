using System.Collections.Concurrent;
using System.Text;
using UmsSti.Kernel;

namespace UmsSti.Projections.Tests;

/// <summary>Keys that can be destroyed; sealing marks the text with its subject so that a mix-up shows.</summary>
public sealed class Keys : ISubjectKeys
{
    private readonly ConcurrentDictionary<string, bool> _destroyed = new();

    /// <summary>Sealed text cannot be read by people.</summary>
    public bool Hides { get; set; }

    public string Seal(string subject, long eventId, string plain) => $"{subject}|{eventId}|{(Hides ? Convert.ToBase64String(Encoding.UTF8.GetBytes(plain)) : plain)}";

    public string Open(string subject, long eventId, string sealedText)
    {
        if (_destroyed.ContainsKey(subject))
            return null!;
        var start = $"{subject}|{eventId}|";
        return sealedText.StartsWith(start, StringComparison.Ordinal) ? Shown(sealedText[start.Length..]) : throw new SealBrokenException("Sealed for another event.", null);
    }

    private string Shown(string text) => Hides ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : text;

    public Task Ensure(string subject, CancellationToken ct) => Task.CompletedTask;

    public Task Destroy(string subject, CancellationToken ct)
    {
        _destroyed[subject] = true;
        return Task.CompletedTask;
    }
}

public sealed class EventIds : IEventIds
{
    private long _last = 1_000_000;

    public long Next() => Interlocked.Increment(ref _last);
}
