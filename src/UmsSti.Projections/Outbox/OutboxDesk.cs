namespace UmsSti.Projections.Outbox;

/// <summary>What an operator does with the outbox: look, try again, give up.</summary>
public sealed class OutboxDesk
{
    private readonly OutboxStore _store;
    private readonly Action<string> _tryNow;

    /// <summary><paramref name="tryNow"/> lets a channel try its peer at once, though that was absent.</summary>
    internal OutboxDesk(OutboxStore store, Action<string> tryNow) => (_store, _tryNow) = (store, tryNow);

    /// <summary>Rows of a state and kind (null: any), newest first, with ids below <paramref name="before"/>; and how many there are in all.</summary>
    public Task<(List<OutboxItem> Items, long Total)> List(OutboxState? state, string? kind, long before, int limit, CancellationToken ct) =>
        _store.Page(state, kind, before, limit, ct);

    /// <summary>One row; null when it is not there.</summary>
    public Task<OutboxItem?> Find(long id, CancellationToken ct) => _store.Find(id, ct);

    /// <summary>
    /// Makes a row due now with all its tries, and lets it be tried although the peer was absent; false when it is delivered or under way.
    /// </summary>
    public async Task<bool> Retry(long id, CancellationToken ct)
    {
        if (await _store.Find(id, ct).ConfigureAwait(false) is { } item)
            _tryNow(item.Channel);
        return await _store.Retry(id, ct).ConfigureAwait(false);
    }

    /// <summary>Gives a waiting or dead row up for good; false when it is in no such state.</summary>
    public Task<bool> Skip(long id, string reason, CancellationToken ct) => _store.Skip(id, reason, ct);

    /// <summary>Counts by channel and state.</summary>
    public Task<List<OutboxTotal>> Totals(CancellationToken ct) => _store.Totals(ct);
}
