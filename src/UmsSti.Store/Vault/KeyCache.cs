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
/// Unwrapped keys used lately, within a limit of memory. A clock: when there is no room, its hand drops the first key that was not used
/// since it last came by. So as many people as fit are served from memory, in whatever order they come. A hit takes no lock.
/// </summary>
internal sealed class KeyCache
{
    /// <summary>Memory one key takes at most, in bytes: subject (36 characters, twice), key, and their places in table and ring.</summary>
    public const int BytesPerKey = 384;

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly List<Slot> _ring = [];
    private readonly Lock _change = new();
    private readonly int _limit;
    private int _hand;
    private long _destroyed;

    /// <param name="bytes">Memory to use at most; room for one key is always there.</param>
    public KeyCache(long bytes) => _limit = (int)Math.Clamp(bytes / BytesPerKey, 1, Array.MaxLength);

    public int Count
    {
        get
        {
            lock (_change)
                return _ring.Count;
        }
    }

    public bool TryGet(string subject, [MaybeNullWhen(false)] out DataKey key)
    {
        key = null;
        if (!_slots.TryGetValue(subject, out var slot))
            return false;

        // Written only when it changes: a hot key's cache line stays shared between the cores.
        if (!slot.Used)
            slot.Used = true;
        key = slot.Key;
        return true;
    }

    /// <summary>To be taken before a key is read from the file; see <see cref="Add"/>.</summary>
    public long Ticket() => Interlocked.Read(ref _destroyed);

    /// <summary>Keeps a key, unless some key was destroyed since the ticket was taken: it may have been this one.</summary>
    public void Add(string subject, DataKey key, long ticket)
    {
        lock (_change)
        {
            if (_destroyed != ticket || _slots.ContainsKey(subject))
                return;
            while (_ring.Count >= _limit)
                Advance();
            var slot = new Slot(subject, key, _ring.Count);
            _ring.Add(slot);
            _slots[subject] = slot;
        }
    }

    /// <summary>Forgets a key whose destruction is committed; whoever is just reading it from the file will not bring it back.</summary>
    public void Forget(string subject)
    {
        lock (_change)
        {
            Interlocked.Increment(ref _destroyed);
            if (_slots.TryRemove(subject, out var slot))
                Drop(slot);
        }
    }

    /// <summary>Moves the hand on by one: a key used meanwhile gets another round, any other leaves.</summary>
    private void Advance()
    {
        if (_hand >= _ring.Count)
            _hand = 0;
        var slot = _ring[_hand];
        if (slot.Used)
        {
            slot.Used = false;
            _hand++;
            return;
        }

        _slots.TryRemove(slot.Subject, out _);
        Drop(slot);
    }

    /// <summary>Takes a slot out of the ring; the last one moves to its place.</summary>
    private void Drop(Slot slot)
    {
        var last = _ring[^1];
        _ring[slot.Place] = last;
        last.Place = slot.Place;
        _ring.RemoveAt(_ring.Count - 1);
    }

    private sealed class Slot(string subject, DataKey key, int place)
    {
        public volatile bool Used;

        public int Place = place;

        public string Subject { get; } = subject;

        public DataKey Key { get; } = key;
    }
}
