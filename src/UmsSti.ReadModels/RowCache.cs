using System.Diagnostics.CodeAnalysis;

namespace UmsSti.ReadModels;

/// <summary>
/// Rows that were written lately, so that the next event of the same subject needs no query. Bounded: two halves, of
/// which the older is dropped when the younger is full; a hit moves a row to the younger.
/// </summary>
internal sealed class RowCache<TRow>(int capacity) where TRow : class
{
    private readonly int _half = Math.Max(1, capacity / 2);
    private Dictionary<string, TRow> _young = new(StringComparer.Ordinal);
    private Dictionary<string, TRow> _old = new(StringComparer.Ordinal);

    public bool TryGet(string id, [NotNullWhen(true)] out TRow? row)
    {
        if (_young.TryGetValue(id, out row))
            return true;
        if (!_old.Remove(id, out row))
            return false;
        Put(id, row);
        return true;
    }

    public void Put(string id, TRow row)
    {
        _young[id] = row;
        if (_young.Count < _half)
            return;
        (_young, _old) = (_old, _young);
        _young.Clear();
    }

    public void Remove(string id)
    {
        _young.Remove(id);
        _old.Remove(id);
    }

    public void Clear()
    {
        _young.Clear();
        _old.Clear();
    }
}
