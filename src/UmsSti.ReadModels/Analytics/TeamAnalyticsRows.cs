namespace UmsSti.ReadModels.Analytics;

/// <summary>
/// Writes what goes on in teams, of one generation, coalesced a batch. Like the figures, it only ever adds up.
/// </summary>
public sealed class TeamAnalyticsRows(int generation)
{
    private readonly Dictionary<(string TeamId, DateOnly Day), Activity> _activity = [];
    private readonly HashSet<(string TeamId, DateOnly Day, string UserId)> _actors = [];
    private readonly Dictionary<string, string> _invited = [];

    private readonly record struct Activity(long Joined, long Gone, long Active, long Actions)
    {
        public Activity And(in Activity more) => new(Joined + more.Joined, Gone + more.Gone, Active + more.Active, Actions + more.Actions);
    }

    /// <summary>Rows that are not written yet.</summary>
    public int Pending => _activity.Count + _actors.Count + _invited.Count;

    /// <summary>Notes a new member of a team.</summary>
    public void Join(string teamId, DateTimeOffset at) => Add(teamId, DayOf(at), new Activity(1, 0, 0, 0));

    /// <summary>Notes that a member is none any more.</summary>
    public void Leave(string teamId, DateTimeOffset at) => Add(teamId, DayOf(at), new Activity(0, 1, 0, 0));

    /// <summary>Notes that a user did something in a team.</summary>
    public void Act(string teamId, string userId, DateTimeOffset at)
    {
        Add(teamId, DayOf(at), new Activity(0, 0, 0, 1));
        _actors.Add((teamId, DayOf(at), userId));
    }

    /// <summary>Notes the role an invitation offers; <paramref name="membership"/> is the id of its stream.</summary>
    public void Invite(string membership, string role) => _invited[membership] = role;

    /// <summary>The role the newest invitation of a membership offers; null when there was none.</summary>
    public string? InvitedRole(WriteSession session, string membership)
    {
        if (_invited.TryGetValue(membership, out var role))
            return role;
        var statement = session.Connection.Get("Analytics/invitation_get", generation).Bind(1, membership);
        role = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return role;
    }

    /// <summary>Writes the batch, in the caller's transaction with the checkpoint.</summary>
    public void Flush(WriteSession session)
    {
        var insert = session.Connection.Get("Analytics/team_actor_insert", generation);
        var active = new Dictionary<(string TeamId, DateOnly Day), Activity>(_activity);
        foreach (var (teamId, day, userId) in _actors)
        {
            insert.Bind(1, teamId).Bind(2, MetricDays.Number(day)).Bind(3, userId).Run();
            if (session.Connection.Changes > 0)
                active[(teamId, day)] = active[(teamId, day)].And(new Activity(0, 0, 1, 0));
        }
        var add = session.Connection.Get("Analytics/team_day_add", generation);
        foreach (var ((teamId, day), it) in active)
            add.Bind(1, teamId).Bind(2, MetricDays.Number(day)).Bind(3, it.Joined).Bind(4, it.Gone).Bind(5, it.Active).Bind(6, it.Actions).Run();
        var save = session.Connection.Get("Analytics/invitation_save", generation);
        foreach (var (membership, role) in _invited)
            save.Bind(1, membership).Bind(2, role).Run();
        session.OnCommitted(Discard);
    }

    /// <summary>Forgets the batch: it is written, or failed.</summary>
    public void Discard()
    {
        _activity.Clear();
        _actors.Clear();
        _invited.Clear();
    }

    private void Add(string teamId, DateOnly day, in Activity more) =>
        _activity[(teamId, day)] = _activity.GetValueOrDefault((teamId, day)).And(more);

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}
