namespace UmsSti.ReadModels.Analytics;

/// <summary>What a user did on one day, UTC (RE-34).</summary>
/// <param name="Day">The day.</param>
/// <param name="LogIns">Sign-ins.</param>
/// <param name="Actions">Facts he is the actor of.</param>
/// <param name="FirstAt">His first activity; null on a day without any.</param>
/// <param name="LastAt">His last one.</param>
public sealed record UserDay(DateOnly Day, long LogIns, long Actions, DateTimeOffset? FirstAt, DateTimeOffset? LastAt);

/// <summary>What went on in a team on one day, UTC (RE-34).</summary>
/// <param name="Day">The day.</param>
/// <param name="Members">Members at its end.</param>
/// <param name="Joined">People who became members.</param>
/// <param name="Gone">People who were removed or left.</param>
/// <param name="Active">Different users who acted in it.</param>
/// <param name="Actions">Facts of the team and its memberships they are the actors of.</param>
public sealed record TeamDay(DateOnly Day, long Members, long Joined, long Gone, long Active, long Actions);

/// <summary>Queries over what one user or one team did day by day. Days without anything are there too. They throw as <see cref="DailyMetrics.DaysAsync"/> does.</summary>
public sealed class Engagement(ReadModelDatabase database)
{
    /// <summary>Every day of a user, from one to another, both included.</summary>
    public async ValueTask<IReadOnlyList<UserDay>> OfUserAsync(string userId, DateOnly from, DateOnly to, CancellationToken ct)
    {
        MetricDays.Check(from, to);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var statement = lease.Connection.Get("Analytics/user_day");
        var days = new List<UserDay>();
        for (var day = from; day <= to; day = day.AddDays(1))
        {
            statement.Bind(1, MetricDays.Number(day)).Bind(2, userId);
            days.Add(statement.Step()
                ? new UserDay(day, statement.Int64(0), statement.Int64(1), Time(statement.Int64(2)), Time(statement.Int64(3)))
                : new UserDay(day, 0, 0, null, null));
            statement.Reset();
        }
        return days;
    }

    /// <summary>Every day of a team, from one to another, both included.</summary>
    public async ValueTask<IReadOnlyList<TeamDay>> OfTeamAsync(string teamId, DateOnly from, DateOnly to, CancellationToken ct)
    {
        MetricDays.Check(from, to);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var connection = lease.Connection;
        return Listing.KeyWalk.AtOneMoment(connection, () =>
        {
            var members = connection.Get("Analytics/team_members_before").Bind(1, teamId).Bind(2, MetricDays.Number(from)).Scalar();
            var known = new Dictionary<DateOnly, TeamDay>();
            var statement = connection.Get("Analytics/team_days").Bind(1, teamId).Bind(2, MetricDays.Number(from)).Bind(3, MetricDays.Number(to));
            while (statement.Step())
            {
                var day = MetricDays.Day(statement.Int64(0));
                known[day] = new TeamDay(day, 0, statement.Int64(1), statement.Int64(2), statement.Int64(3), statement.Int64(4));
            }
            statement.Reset();
            var days = new List<TeamDay>();
            for (var day = from; day <= to; day = day.AddDays(1))
            {
                var it = known.GetValueOrDefault(day) ?? new TeamDay(day, 0, 0, 0, 0, 0);
                members += it.Joined - it.Gone;
                days.Add(it with { Members = members });
            }
            return days;
        });
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
