using System.Diagnostics.CodeAnalysis;

namespace UmsSti.Store.EventLog;

/// <summary>
/// Keeps what was used lately, at most <c>limit</c> entries, in two generations: a hit in the old one moves the entry to the young
/// one; when the young one is half the limit it becomes the old one. Cheaper than a linked list and nearly as good. Not thread-safe.
/// </summary>
internal sealed class RecentCache<TKey, TValue>(int limit)
    where TKey : notnull
{
    private readonly int _half = Math.Max(1, limit / 2);
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    public int Count => _young.Count + _old.Count;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_young.TryGetValue(key, out value))
            return true;
        if (!_old.Remove(key, out value))
            return false;
        Set(key, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        if (_young.Count >= _half)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }

        _young[key] = value;
    }

    public void Remove(TKey key)
    {
        _young.Remove(key);
        _old.Remove(key);
    }

    public void Clear()
    {
        _young.Clear();
        _old.Clear();
    }
}
