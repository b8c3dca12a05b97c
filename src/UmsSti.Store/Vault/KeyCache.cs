using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace UmsSti.Store.Vaults;

/// <summary>A subject's data key as it is used; without bytes when it was destroyed.</summary>
internal sealed class DataKey(string subject, uint id, byte[]? bytes)
{
    public uint Id { get; } = id;

    public byte[]? Bytes { get; } = bytes;

    /// <summary>The subject in UTF-8, part of every sealing's associated data.</summary>
    public byte[] Subject { get; } = Encoding.UTF8.GetBytes(subject);
}

/// <summary>
/// Unwrapped keys used lately, bounded. Two generations: a hit in the old one moves the key to the young one; when that is half the
/// limit it becomes the old one and the old one is dropped. A hit in the young one takes no lock.
/// </summary>
internal sealed class KeyCache(int limit)
{
    private readonly int _half = Math.Max(1, limit / 2);
    private readonly Lock _change = new();
    private volatile ConcurrentDictionary<string, DataKey> _young = new(StringComparer.Ordinal);
    private Dictionary<string, DataKey> _old = [];
    private int _youngCount; // counting a concurrent dictionary takes all its locks
    private long _destroyed;

    public int Count
    {
        get
        {
            lock (_change)
                return _youngCount + _old.Count;
        }
    }

    public bool TryGet(string subject, [MaybeNullWhen(false)] out DataKey key)
    {
        if (_young.TryGetValue(subject, out key))
            return true;
        lock (_change)
        {
            if (!_old.Remove(subject, out key))
                return _young.TryGetValue(subject, out key);
            Put(subject, key);
            return true;
        }
    }

    /// <summary>To be taken before a key is read from the file; see <see cref="Add"/>.</summary>
    public long Ticket() => Interlocked.Read(ref _destroyed);

    /// <summary>Keeps a key, unless some key was destroyed since the ticket was taken: it may have been this one.</summary>
    public void Add(string subject, DataKey key, long ticket)
    {
        lock (_change)
        {
            if (_destroyed == ticket)
                Put(subject, key);
        }
    }

    /// <summary>Forgets a key whose destruction is committed; whoever is just reading it from the file will not bring it back.</summary>
    public void Forget(string subject)
    {
        lock (_change)
        {
            Interlocked.Increment(ref _destroyed);
            _old.Remove(subject);
            if (_young.TryRemove(subject, out _))
                _youngCount--;
        }
    }

    private void Put(string subject, DataKey key)
    {
        if (_youngCount >= _half)
        {
            _old = new Dictionary<string, DataKey>(_young, StringComparer.Ordinal);
            _young = new ConcurrentDictionary<string, DataKey>(StringComparer.Ordinal);
            _youngCount = 0;
        }

        if (_young.TryAdd(subject, key))
            _youngCount++;
    }
}
