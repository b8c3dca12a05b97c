using System.Text.Json;
using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Permissions;

/// <summary>Queries over rights and where they come from (QY-03, QY-12, PE-40, PE-44). Each sees one moment.</summary>
public sealed class RightsDirectory(ReadModelDatabase database)
{
    /// <summary>Most violations one isolation report names.</summary>
    public const int MaxViolations = 1_000;

    private readonly MemberDirectory _members = new(database);

    /// <summary>Where the rights of a person outside teams, or in one team, come from at a time. Null: there is no such person.</summary>
    public async Task<EffectiveRights?> OfAsync(string userId, string? teamId, DateTimeOffset now, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var connection = lease.Connection;
        return KeyWalk.AtOneMoment(connection, () => Read(connection, userId, teamId, now));
    }

    /// <summary>Every grant and assignment of a person outside teams, or in one team, whatever its state.</summary>
    public async Task<(IReadOnlyList<GrantRow> Grants, IReadOnlyList<RoleAssignmentRow> Roles)> GivenAsync(string userId, string? teamId, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var connection = lease.Connection;
        return KeyWalk.AtOneMoment(connection, () => (
            (IReadOnlyList<GrantRow>)Grants(connection, userId, teamId ?? GivenColumns.NoTeam),
            (IReadOnlyList<RoleAssignmentRow>)Assignments(connection, userId, teamId ?? GivenColumns.NoTeam)));
    }

    /// <summary>Who holds what in a team, a page of its members at a time; filters, order and cursor as in <see cref="MemberDirectory.ListAsync"/>.</summary>
    public async Task<MatrixPage> MatrixAsync(string teamId, MemberListQuery query, DateTimeOffset now, CancellationToken ct)
    {
        var page = await _members.ListAsync(teamId, query, ct).ConfigureAwait(false);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var connection = lease.Connection;
        return KeyWalk.AtOneMoment(connection, () => new MatrixPage(
            [.. page.Items.Select(member => new MatrixRow(
                member, Working(Grants(connection, member.UserId, teamId), now), Roles(connection, member.UserId, teamId, now)))],
            page.NextCursor,
            page.Total));
    }

    /// <summary>PE-40. Goes over all rows: not for every request.</summary>
    /// <param name="teamPermissions">The permissions that can be held in a team only.</param>
    /// <param name="now">What has expired by then is no violation.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IsolationReport> IsolationAsync(IReadOnlyCollection<string> teamPermissions, DateTimeOffset now, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var connection = lease.Connection;
        return KeyWalk.AtOneMoment(connection, () =>
        {
            var totals = connection.Get("Rights/isolation_totals");
            totals.Step();
            var report = new IsolationReport
            {
                Teams = totals.Int64(0),
                Users = totals.Int64(1),
                SystemUsers = totals.Int64(2),
                Memberships = totals.Int64(3),
                UsersInSeveralTeams = totals.Int64(4),
                TeamsWithoutMembers = totals.Int64(5),
                Violations = Violations(connection, teamPermissions, now),
            };
            totals.Reset();
            return report;
        });
    }

    private static EffectiveRights? Read(Connection connection, string userId, string? teamId, DateTimeOffset now)
    {
        var person = connection.Get("Rights/principal").Bind(1, userId);
        var (type, state) = person.Step() ? (person.Text(0), person.Text(1)) : (null, null);
        person.Reset();
        if (type is null || state is null)
            return null;
        return new EffectiveRights
        {
            UserId = userId,
            UserType = type,
            UserState = state,
            TeamId = teamId,
            TeamState = teamId is null ? null : TeamState(connection, teamId),
            Membership = teamId is null ? null : Member(connection, teamId, userId),
            Grants = Working(Grants(connection, userId, teamId ?? GivenColumns.NoTeam), now),
            Roles = Roles(connection, userId, teamId ?? GivenColumns.NoTeam, now),
        };
    }

    private static string? TeamState(Connection connection, string teamId)
    {
        var team = connection.Get("Rights/team_state").Bind(1, teamId);
        var state = team.Step() ? team.Text(0) : null;
        team.Reset();
        return state;
    }

    private static MemberRow? Member(Connection connection, string teamId, string userId)
    {
        var row = connection.Get("Rights/member").Bind(1, teamId).Bind(2, userId);
        var member = row.Step() ? MemberColumns.ReadRow(row) : null;
        row.Reset();
        return member;
    }

    private static List<GrantRow> Grants(Connection connection, string userId, string teamId) =>
        ReadAll(connection.Get("Rights/grants").Bind(1, userId).Bind(2, teamId), GivenColumns.ReadGrant);

    private static List<RoleAssignmentRow> Assignments(Connection connection, string userId, string teamId) =>
        ReadAll(connection.Get("Rights/assignments").Bind(1, userId).Bind(2, teamId), GivenColumns.ReadRole);

    private static List<EffectiveRole> Roles(Connection connection, string userId, string teamId, DateTimeOffset now) =>
        Assignments(connection, userId, teamId)
            .FindAll(role => role.IsWorking && (role.ExpiresAt is null || now < role.ExpiresAt))
            .ConvertAll(role => new EffectiveRole(role, RoleDirectory.Find(connection, role.RoleId)));

    private static List<GrantRow> Working(List<GrantRow> grants, DateTimeOffset now) =>
        grants.FindAll(grant => grant.IsWorking && (grant.ExpiresAt is null || now < grant.ExpiresAt));

    private static List<IsolationViolation> Violations(Connection connection, IReadOnlyCollection<string> teamPermissions, DateTimeOffset now) =>
        ReadAll(
            connection.Get("Rights/isolation_violations")
                .Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, JsonSerializer.Serialize(teamPermissions)).Bind(3, MaxViolations),
            row => new IsolationViolation(
                row.Text(0), row.Text(1), row.Text(2), row.Text(3) is { Length: > 0 } team ? team : null, row.Text(4), row.Int64(5)));

    private static List<TRow> ReadAll<TRow>(Statement statement, Func<Statement, TRow> read)
    {
        var rows = new List<TRow>();
        while (statement.Step())
            rows.Add(read(statement));
        statement.Reset();
        return rows;
    }
}
