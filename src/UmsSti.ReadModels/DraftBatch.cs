using System.Diagnostics.CodeAnalysis;

namespace UmsSti.ReadModels;

/// <summary>A row while events are applied to it.</summary>
internal interface IDraft
{
    /// <summary>What the row is found by, within its table.</summary>
    string RowKey { get; }

    /// <summary>What it holds is in the tables now.</summary>
    void MarkStored();
}

/// <summary>
/// The rows of one table that a batch of events touches, and those of batches before that are still remembered. Nothing is
/// kept of a batch that was rolled back.
/// </summary>
internal sealed class DraftBatch<TDraft>(int cacheRows) where TDraft : class, IDraft
{
    private readonly RowCache<TDraft> _cache = new(cacheRows);
    private readonly Dictionary<string, TDraft> _batch = new(StringComparer.Ordinal);

    public int Count => _batch.Count;

    /// <summary>In the order they were first touched.</summary>
    public IEnumerable<TDraft> Values => _batch.Values;

    /// <summary>A row of this batch or one remembered; it is in the batch from now on.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out TDraft? draft)
    {
        if (_batch.TryGetValue(key, out draft))
            return true;
        if (!_cache.TryGet(key, out draft))
            return false;
        _batch.Add(key, draft);
        return true;
    }

    public TDraft Add(TDraft draft)
    {
        _batch.Add(draft.RowKey, draft);
        return draft;
    }

    /// <summary>The batch is committed.</summary>
    public void Keep()
    {
        foreach (var draft in _batch.Values)
        {
            draft.MarkStored();
            _cache.Put(draft.RowKey, draft);
        }
        _batch.Clear();
    }

    /// <summary>Remembers nothing: rows were changed in the tables alone.</summary>
    public void Forget()
    {
        _batch.Clear();
        _cache.Clear();
    }

    /// <summary>The batch was rolled back.</summary>
    public void Discard()
    {
        foreach (var key in _batch.Keys)
            _cache.Remove(key);
        _batch.Clear();
    }
}
