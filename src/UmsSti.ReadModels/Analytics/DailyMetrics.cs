namespace UmsSti.ReadModels.Analytics;

/// <summary>What a metric was on one day, UTC.</summary>
/// <param name="Day">The day.</param>
/// <param name="Count">How many values there were.</param>
/// <param name="Sum">Their sum; of a counter the same as the count.</param>
/// <param name="Low">The smallest; null on a day without any.</param>
/// <param name="High">The largest; null on a day without any.</param>
public sealed record MetricDay(DateOnly Day, long Count, long Sum, long? Low, long? High);

/// <summary>Days as the rows keep them.</summary>
internal static class MetricDays
{
    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    /// <summary>Days since 1970-01-01.</summary>
    public static long Number(DateOnly day) => day.DayNumber - Epoch;

    /// <summary>Throws <see cref="InvalidListQueryException"/> for a range that ends before it begins or holds more than <see cref="DailyMetrics.MaxDays"/>.</summary>
    public static void Check(DateOnly from, DateOnly to)
    {
        if (to < from)
            throw new InvalidListQueryException("to", "must not be before from");
        if (to.DayNumber - from.DayNumber >= DailyMetrics.MaxDays)
            throw new InvalidListQueryException("from", $"must lie at most {DailyMetrics.MaxDays} days before to");
    }

    public static DateOnly Day(long number) => DateOnly.FromDayNumber((int)number + Epoch);
}

/// <summary>Queries over the figures.</summary>
public sealed class DailyMetrics(ReadModelDatabase database)
{
    /// <summary>Most days of one answer.</summary>
    public const int MaxDays = 366;

    /// <summary>A metric on every day from one to another, both included; days without values are zero. Throws <see cref="InvalidListQueryException"/> for a range out of bounds.</summary>
    public async ValueTask<IReadOnlyList<MetricDay>> DaysAsync(string metric, DateOnly from, DateOnly to, CancellationToken ct)
    {
        MetricDays.Check(from, to);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var statement = lease.Connection.Get("Analytics/days").Bind(1, metric).Bind(2, MetricDays.Number(from)).Bind(3, MetricDays.Number(to));
        var days = Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(day => new MetricDay(from.AddDays(day), 0, 0, null, null)).ToArray();
        while (statement.Step())
        {
            var day = MetricDays.Day(statement.Int64(0));
            days[day.DayNumber - from.DayNumber] = new MetricDay(day, statement.Int64(1), statement.Int64(2), statement.Int64(3), statement.Int64(4));
        }
        statement.Reset();
        return days;
    }
}
