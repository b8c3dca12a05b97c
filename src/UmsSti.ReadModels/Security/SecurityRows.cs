using UmsSti.ReadModels.Listing;

namespace UmsSti.ReadModels.Security;

/// <summary>Writes one generation of the security events. Writing one twice changes nothing.</summary>
public sealed class SecurityRows(int generation)
{
    private readonly List<SecurityRow> _batch = [];
    private readonly List<SecurityResolution> _resolutions = [];
    private readonly Dictionary<string, List<(long At, long Position)>> _failures = new(StringComparer.Ordinal);

    /// <summary>Events in the batch that is not written yet.</summary>
    public int Pending => _batch.Count + _resolutions.Count;

    /// <summary>Notes an event.</summary>
    public void Add(SecurityRow row) => _batch.Add(row);

    /// <summary>Notes what became of an event, be its own row there already or not.</summary>
    public void Add(SecurityResolution resolution) => _resolutions.Add(resolution);

    /// <summary>
    /// Notes a failed sign-in of an account and says how many went before it within a time, itself not counted; no more
    /// than <paramref name="most"/>. Later events do not count, also when they are in the rows already.
    /// </summary>
    public int AddFailure(WriteSession session, string account, DateTimeOffset at, long position, TimeSpan within, int most)
    {
        var (now, after) = (at.ToUnixTimeMilliseconds(), (at - within).ToUnixTimeMilliseconds());
        var written = session.Connection.Get("Security/failures_before", generation)
            .Bind(1, account).Bind(2, after).Bind(3, now).Bind(4, position).Bind(5, most).Scalar();
        if (!_failures.TryGetValue(account, out var pending))
            _failures.Add(account, pending = []);
        var count = (int)written;
        for (var i = pending.Count - 1; i >= 0 && count < most; i--)
            if (pending[i].At > after && pending[i].At <= now && pending[i].Position < position)
                count++;
        pending.Add((now, position));
        return count;
    }

    /// <summary>Writes the batch.</summary>
    public void Flush(WriteSession session)
    {
        var insert = session.Connection.Get("Security/insert", generation);
        foreach (var row in _batch)
            insert.Bind(1, TimedKey.Of(row.Log, row.Position)).Bind(2, row.At.ToUnixTimeMilliseconds()).Bind(3, row.EventId)
                .Bind(4, row.Type).Bind(5, row.Severity).Bind(6, row.UserId).Bind(7, row.Actor).Bind(8, row.Client)
                .Bind(9, row.ClientSubject).Bind(10, row.CorrelationId).Bind(11, row.Detail.Span).Run();
        var failure = session.Connection.Get("Security/failure_add", generation);
        foreach (var (account, failures) in _failures)
            foreach (var (at, position) in failures)
                failure.Bind(1, account).Bind(2, at).Bind(3, position).Run();
        var resolve = session.Connection.Get("Security/resolution_add", generation);
        foreach (var resolution in _resolutions)
            resolve.Bind(1, TimedKey.Of(resolution.Log, resolution.Position)).Bind(2, resolution.At.ToUnixTimeMilliseconds())
                .Bind(3, resolution.By).Bind(4, resolution.EventId).Bind(5, resolution.RecordedAt).Bind(6, resolution.Note).Run();
        session.OnCommitted(Discard);
    }

    /// <summary>Forgets the batch after a failure.</summary>
    public void Discard()
    {
        _batch.Clear();
        _resolutions.Clear();
        _failures.Clear();
    }
}
