using UmsSti.ReadModels.History;

namespace UmsSti.ReadModels.Analytics;

/// <summary>
/// Writes figures of one generation, coalesced a batch. They only ever add up, so the order of events, and which of the two
/// logs comes first, does not show in them.
/// </summary>
public sealed class AnalyticsRows(int generation, int cachedRows)
{
    /// <summary>How many different users did something on a day.</summary>
    public const string ActiveUsers = "users.active.total";

    private readonly Dictionary<(string Metric, DateOnly Day), Figure> _figures = [];
    private readonly Dictionary<(DateOnly Day, string UserId), Activity> _activity = [];
    private readonly Standings _standings = new(cachedRows);

    /// <summary>Rows that are not written yet.</summary>
    public int Pending => _figures.Count + _activity.Count + _standings.Batch.Count;

    private readonly record struct Figure(long Count, long Sum, long Low, long High);

    private readonly record struct Activity(long Sessions, long Actions, long FirstAt, long LastAt);

    /// <summary>Adds one to a counter, or a measured value to a timer.</summary>
    public void Add(string metric, DateTimeOffset at, long value = 1)
    {
        var key = (metric, DayOf(at));
        _figures[key] = _figures.TryGetValue(key, out var figure)
            ? new Figure(figure.Count + 1, figure.Sum + value, Math.Min(figure.Low, value), Math.Max(figure.High, value))
            : new Figure(1, value, value, value);
    }

    /// <summary>Notes that a user signed in or acted.</summary>
    public void AddActivity(string userId, DateTimeOffset at, int sessions, int actions)
    {
        var (key, now) = ((DayOf(at), userId), at.ToUnixTimeMilliseconds());
        _activity[key] = _activity.TryGetValue(key, out var known)
            ? new Activity(known.Sessions + sessions, known.Actions + actions, Math.Min(known.FirstAt, now), Math.Max(known.LastAt, now))
            : new Activity(sessions, actions, now, now);
    }

    /// <summary>Where a user stands; null before he is registered.</summary>
    public StandingRow? Find(WriteSession session, string userId) =>
        _standings.Find(userId, () => session.Connection.Get("Analytics/standing_get", generation).Bind(1, userId));

    /// <summary>Notes where a user stands now.</summary>
    public void Put(string userId, StandingRow standing) => _standings.Put(userId, standing);

    /// <summary>Writes the batch, in the caller's transaction with the checkpoint: figures written twice would count twice.</summary>
    public void Flush(WriteSession session)
    {
        foreach (var ((day, userId), activity) in _activity)
            Write(session, day, userId, activity);
        foreach (var ((metric, day), figure) in _figures)
            Write(session, metric, day, figure);
        var save = session.Connection.Get("Analytics/standing_save", generation);
        foreach (var (userId, standing) in _standings.Batch)
            save.Bind(1, userId).Bind(2, standing.UserType).Bind(3, standing.SubState)
                .Bind(4, standing.RegisteredAt.ToUnixTimeMilliseconds()).Bind(5, standing.ActivatedAt?.ToUnixTimeMilliseconds()).Run();
        session.OnCommitted(Written);
    }

    /// <summary>Forgets the batch after a failure.</summary>
    public void Discard()
    {
        _figures.Clear();
        _activity.Clear();
        _standings.Discard();
    }

    private void Written()
    {
        _figures.Clear();
        _activity.Clear();
        _standings.Written();
    }

    private void Write(WriteSession session, DateOnly day, string userId, in Activity activity)
    {
        Bind("Analytics/active_insert", activity).Run();
        if (session.Connection.Changes > 0)
            Write(session, ActiveUsers, day, new Figure(1, 1, 1, 1));
        else
            Bind("Analytics/active_add", activity).Run();

        Sqlite.Statement Bind(string file, in Activity it) => session.Connection.Get(file, generation)
            .Bind(1, MetricDays.Number(day)).Bind(2, userId).Bind(3, it.Sessions).Bind(4, it.Actions).Bind(5, it.FirstAt).Bind(6, it.LastAt);
    }

    private void Write(WriteSession session, string metric, DateOnly day, in Figure figure) =>
        session.Connection.Get("Analytics/metric_add", generation).Bind(1, metric).Bind(2, MetricDays.Number(day))
            .Bind(3, figure.Count).Bind(4, figure.Sum).Bind(5, figure.Low).Bind(6, figure.High).Run();

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}
