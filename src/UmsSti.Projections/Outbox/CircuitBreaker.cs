namespace UmsSti.Projections.Outbox;

/// <summary>
/// Leaves a peer alone that is not there (RE-08). Closed: all may try. Open: nobody until a time. Then half open: one may try, and how
/// that ends closes or opens it. Used by one channel's loop and its deliveries.
/// </summary>
internal sealed class CircuitBreaker(OutboxOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _failures, _absences;
    private DateTimeOffset _openUntil;

    /// <summary>The peer was absent or failing when it was tried last.</summary>
    public bool IsTripped
    {
        get
        {
            lock (_lock)
                return _absences > 0;
        }
    }

    /// <summary>When the peer may be tried again; a time that has passed when it may be now.</summary>
    public DateTimeOffset OpenUntil
    {
        get
        {
            lock (_lock)
                return _openUntil;
        }
    }

    /// <summary>How many may be under way at once.</summary>
    public int Allowed(int most)
    {
        lock (_lock)
            return time.GetUtcNow() < _openUntil ? 0 : _absences > 0 ? 1 : most;
    }

    /// <summary>The peer has answered sensibly.</summary>
    public void Succeeded()
    {
        lock (_lock)
            (_failures, _absences, _openUntil) = (0, 0, default);
    }

    /// <summary>One may try at once: an operator says that the peer is back.</summary>
    public void TryNow()
    {
        lock (_lock)
            _openUntil = default;
    }

    /// <summary>One delivery failed, though the peer is there; many in a row open the breaker.</summary>
    public void Failed()
    {
        lock (_lock)
        {
            if (++_failures >= options.BreakerFailures)
                Open(null);
        }
    }

    /// <summary>The peer is not there; when it may be tried again.</summary>
    public DateTimeOffset Absent(TimeSpan? askedFor)
    {
        lock (_lock)
        {
            // Several that were under way together find the same absence.
            if (time.GetUtcNow() >= _openUntil)
                Open(askedFor);
            return _openUntil;
        }
    }

    private void Open(TimeSpan? askedFor)
    {
        var delay = options.BreakerDelays[Math.Min(_absences++, options.BreakerDelays.Count - 1)];
        _openUntil = time.GetUtcNow() + (askedFor > delay ? askedFor.Value : delay);
    }
}
