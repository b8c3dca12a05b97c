using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Permissions;
using Xunit;

namespace UmsSti.ReadModels.Tests;

public sealed class RightsRowTests : IDisposable
{
    private static readonly DateTimeOffset Now = People.Start.AddYears(1);

    private readonly Folder _folder = new();
    private readonly ReadModelDatabase _database;
    private readonly MemberDirectory _members;
    private readonly RightsDirectory _rights;
    private readonly RoleDirectory _roles;

    public RightsRowTests()
    {
        _database = _folder.Open();
        _members = new MemberDirectory(_database);
        _rights = new RightsDirectory(_database);
        _roles = new RoleDirectory(_database);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_column_of_a_membership_is_read_back_as_it_was_written()
    {
        await _database.Write((_, rows) => rows.Register(7, "Ada", "ada@example.org"));
        await _database.WriteRights((_, rows) =>
        {
            var draft = rows.Join(9, "t1", "u7", "leader", "suspended");
            draft.PreviousRole = "member";
            draft.LeftAt = Day(1);
            draft.AddedBy = "u2";
            draft.InvitedBy = "u3";
            draft.RequestedAt = Day(2);
            draft.ExpiresAt = Day(3);
            draft.RemovedBy = "u4";
            draft.RemovalReason = "away";
            draft.RoleChangedAt = Day(4);
            draft.RoleChangedBy = "u5";
            draft.Version = 6;
            draft.Position = 66;
        });

        Assert.Equal(
            new MemberRow
            {
                TeamId = "t1",
                UserId = "u7",
                Name = "Ada",
                Email = "ada@example.org",
                Role = "leader",
                PreviousRole = "member",
                State = "suspended",
                JoinedAt = People.Start.AddMinutes(9),
                LeftAt = Day(1),
                AddedBy = "u2",
                InvitedBy = "u3",
                RequestedAt = Day(2),
                ExpiresAt = Day(3),
                RemovedBy = "u4",
                RemovalReason = "away",
                RoleChangedAt = Day(4),
                RoleChangedBy = "u5",
                UpdatedAt = People.Start.AddMinutes(9),
                UpdatedBy = "u1",
                Version = 6,
                Position = 66,
            },
            await _members.FindAsync("t1", "u7", People.Ct));
        Assert.Null(await _members.FindAsync("t1", "u8", People.Ct));
    }

    [Fact]
    public async Task Every_filter_of_members_in_every_order_agrees_with_a_plain_filter_and_sort()
    {
        await _database.WriteRights((_, rows) =>
        {
            for (var key = 1; key <= 60; key++)
                rows.Join(key, key % 5 == 0 ? "t2" : "t1", "u" + key, Rights.Roles[key % 3], Rights.States[key / 3 % 3]).JoinedAt =
                    key % 7 == 0 ? null : People.Start.AddDays(key % 4);
        });
        var all = new List<MemberRow>();
        for (var key = 1; key <= 60; key++)
            if (await _members.FindAsync("t1", "u" + key, People.Ct) is { } member)
                all.Add(member);
        foreach (var role in new[] { null, "leader" })
            foreach (var state in new[] { null, "active", "none" })
                foreach (var sort in new[] { "joinedAt", "-joinedAt" })
                {
                    var query = new MemberListQuery { Role = role, State = state, Sort = sort, Limit = 4 };
                    var ids = all.Where(row => (role is null || row.Role == role) && (state is null || row.State == state))
                        .OrderBy(row => row.JoinedAt ?? DateTimeOffset.MinValue).ThenBy(row => row.Position).Select(row => row.UserId).ToArray();

                    Assert.Equal(sort[0] == '-' ? ids.Reverse() : ids, await Walk(query));
                    Assert.Equal(ids.Length, (await _members.ListAsync("t1", query, People.Ct)).Total);
                }
    }

    [Fact]
    public async Task The_teams_of_a_person_are_his_own()
    {
        await _database.WriteRights((_, rows) =>
        {
            rows.Join(1, "t2", "u1");
            rows.Join(2, "t1", "u1", "leader", "suspended");
            rows.Join(3, "t3", "u2");
        });

        Assert.Equal(["t1", "t2"], (await _members.OfUserAsync("u1", null, null, People.Ct)).Select(row => row.TeamId));
        Assert.Equal(["t2"], (await _members.OfUserAsync("u1", "active", null, People.Ct)).Select(row => row.TeamId));
        Assert.Equal(["t1"], (await _members.OfUserAsync("u1", null, "leader", People.Ct)).Select(row => row.TeamId));
    }

    [Fact]
    public async Task A_team_counts_its_active_members()
    {
        await _database.WriteTeams((session, teams) => teams.Create(session, 1, null));
        await _database.WriteRights((_, rows) =>
        {
            rows.Join(1, "t1", "u1");
            rows.Join(2, "t1", "u2", "leader");
            rows.Join(3, "t1", "u3", state: "suspended");
        });
        await _database.WriteRights((session, rows) =>
        {
            var draft = rows.FindMember(session, "t1", "u2")!;
            draft.State = "pending";
            (draft.Version, draft.Position) = (2, 4);
        });

        Assert.Equal(1, (await new Teams.TeamDirectory(_database).FindAsync("t1", People.Ct))!.MemberCount);
        Assert.Equal(3, (await _members.ListAsync("t1", new(), People.Ct)).Total);
    }

    [Fact]
    public async Task Rights_are_told_with_where_they_come_from()
    {
        var grant = Rights.Grant("team.move", until: Now.AddDays(1), position: 5) with { Reason = "project" };
        var assigned = Rights.Assign("auditor", position: 6);
        await _database.WriteRights((_, rows) =>
        {
            rows.Person("u1").Rights.Set(Rights.Grant("audit.view"));
            rows.Team("t1");
            rows.Define("auditor", "t1", "team.view", "audit.view");
            var member = rows.Join(3, "t1", "u1");
            member.Rights.Set(grant);
            member.Rights.Set(Rights.Grant("team.view", isWorking: false));
            member.Rights.Set(assigned);
            member.Rights.Set(Rights.Assign("nothing"));
        });

        var inTeam = await _rights.OfAsync("u1", "t1", Now, People.Ct);
        var outside = await _rights.OfAsync("u1", null, Now, People.Ct);

        Assert.Equal(("standard", "active", "active", "member"), (inTeam!.UserType, inTeam.UserState, inTeam.TeamState!, inTeam.Membership!.Role));
        Assert.Equal([grant], inTeam.Grants);
        Assert.Equal(["auditor", "nothing"], inTeam.Roles.Select(role => role.Assignment.RoleId));
        Assert.Equal(assigned, inTeam.Roles[0].Assignment);
        Assert.Equal(["audit.view", "team.view"], inTeam.Roles[0].Permissions);
        Assert.Empty(inTeam.Roles[1].Permissions);
        Assert.Equal(["audit.view"], outside!.Grants.Select(row => row.Permission));
        Assert.Empty((await _rights.OfAsync("u1", "t1", Now.AddDays(1), People.Ct))!.Grants); // at the very end it is over
        Assert.Null((await _rights.OfAsync("u1", "t2", Now, People.Ct))!.Membership);
        Assert.Null(await _rights.OfAsync("u2", null, Now, People.Ct));
        Assert.Equal(2, (await _rights.GivenAsync("u1", "t1", People.Ct)).Grants.Count);
    }

    [Fact]
    public async Task A_matrix_shows_what_each_member_holds()
    {
        await _database.WriteRights((_, rows) =>
        {
            rows.Define("auditor", null, "audit.view");
            for (var key = 1; key <= 5; key++)
            {
                var member = rows.Join(key, "t1", "u" + key);
                if (key == 2)
                    member.Rights.Set(Rights.Grant("team.move"));
                if (key == 4)
                    member.Rights.Set(Rights.Assign("auditor"));
            }
        });

        var first = await _rights.MatrixAsync("t1", new() { Limit = 3 }, Now, People.Ct);
        var second = await _rights.MatrixAsync("t1", new() { Limit = 3, Cursor = first.NextCursor }, Now, People.Ct);

        Assert.Equal(["u1", "u2", "u3", "u4", "u5"], first.Items.Concat(second.Items).Select(row => row.Member.UserId));
        Assert.Equal("team.move", Assert.Single(first.Items[1].Grants).Permission);
        Assert.Equal(["audit.view"], Assert.Single(second.Items[0].Roles).Permissions);
        Assert.Equal((5, null), (second.Total, second.NextCursor));
    }

    [Fact]
    public async Task The_isolation_report_finds_every_right_that_would_flow()
    {
        await _database.WriteRights((_, rows) =>
        {
            rows.Team("t1");
            rows.Team("t2");
            rows.Team("t3");
            rows.Person("root", "system");
            foreach (var user in new[] { "u1", "u2", "u3" })
                rows.Person(user);
            rows.Define("mine", "t1", "team.view");
            rows.Join(1, "t1", "u1").Rights.Set(Rights.Grant("team.move")); // in order
            rows.Join(2, "t2", "u1").Rights.Set(Rights.Assign("mine", position: 12)); // a role of t1 in t2
            var left = rows.Join(3, "t1", "u2", state: "suspended").Rights;
            left.Set(Rights.Grant("team.view", position: 13));
            left.Set(Rights.Grant("team.move", isWorking: false));
            left.Set(Rights.Grant("audit.view", until: Now));
            left.Set(Rights.Assign("mine", position: 14));
        });
        await _database.WriteRights((session, rows) =>
        {
            var person = rows.FindPrincipal(session, "u3")!;
            person.Rights.Set(Rights.Grant("team.view", position: 15)); // of a team, given outside teams
            (person.Version, person.Position) = (2, 15);
        });

        var report = await _rights.IsolationAsync(["team.view", "team.move"], Now, People.Ct);

        Assert.Equal(
            new IsolationReport
            {
                Teams = 3,
                Users = 4,
                SystemUsers = 1,
                Memberships = 2,
                UsersInSeveralTeams = 1,
                TeamsWithoutMembers = 1,
                Violations = report.Violations,
            },
            report);
        Assert.Equal(
            [
                new("role-of-another-scope", "role", "u1", "t2", "mine", 12),
                new("without-membership", "permission", "u2", "t1", "team.view", 13),
                new("without-membership", "role", "u2", "t1", "mine", 14),
                new("team-permission-outside-teams", "permission", "u3", null, "team.view", 15),
            ],
            report.Violations.OrderBy(violation => violation.Position));
    }

    [Fact]
    public async Task Roles_are_read_back_and_listed_by_scope()
    {
        await _database.WriteRights((_, rows) =>
        {
            rows.Define("b", null, "users.view", "audit.view").Description = "Reads";
            rows.Define("a", null);
            rows.Define("c", "t1", "team.view");
        });
        await _database.WriteRights((session, rows) =>
        {
            var role = rows.FindRole(session, "b")!;
            role.Permissions = role.Permissions.Remove("audit.view");
            role.IsActive = false;
            (role.Version, role.Position) = (2, 9);
        });

        var first = await _roles.ListAsync(null, 1, null, People.Ct);
        var second = await _roles.ListAsync(null, 1, first.NextCursor, People.Ct);

        Assert.Equal(["a", "b"], first.Items.Concat(second.Items).Select(role => role.Id));
        Assert.Null(second.NextCursor);
        Assert.Equal(["c"], (await _roles.ListAsync("t1", 50, null, People.Ct)).Items.Select(role => role.Id));
        var changed = await _roles.FindAsync("b", People.Ct);
        Assert.Equal(("Reads", false, 2L), (changed!.Description, changed.IsActive, changed.Version));
        Assert.Equal(["users.view"], changed.Permissions);
    }

    [Fact]
    public async Task A_history_is_read_by_person_team_and_kind_in_pages()
    {
        await _database.WriteRights((_, rows) =>
        {
            for (var position = 1; position <= 6; position++)
                for (var ordinal = 0; ordinal < 2; ordinal++)
                    rows.Note(Fact(position, ordinal, position % 2 == 0 ? "membership" : "permission", ordinal == 0 ? "t1" : null));
        });

        var seen = new List<RightsChange>();
        string? cursor = null;
        do
        {
            var page = await _roles.HistoryOfUserAsync("u1", null, 5, cursor, People.Ct);
            seen.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(2, 12).Select(number => (number / 2L, number % 2)), seen.Select(change => (change.Position, change.Ordinal)));
        Assert.Equal(Fact(1, 0, "permission", "t1"), seen[0]);
        Assert.Equal(6, (await _roles.HistoryOfTeamAsync("t1", null, 50, null, People.Ct)).Items.Count);
        Assert.Equal(3, (await _roles.HistoryOfTeamAsync("t1", "membership", 50, null, People.Ct)).Items.Count);
    }

    [Fact]
    public async Task What_was_said_about_an_erased_person_is_gone_for_good()
    {
        var rows = new RightsRows(_database, _database.Generations.Active("rights"), cacheRows: 100, null);
        await Batch(session =>
        {
            rows.Note(Fact(1, 0, "membership", "t1"));
            var member = rows.Join(1, "t1", "u1");
            member.RemovalReason = "secret";
            member.Rights.Set(Rights.Grant("team.view") with { Reason = "secret", RevocationReason = "secret" });
            member.Rights.Set(Rights.Assign("auditor") with { Reason = "secret" });
        });
        await Batch(_ => rows.ForgetReasons("u1"));
        await Batch(session => // a later event of a row that was remembered
        {
            var member = rows.FindMember(session, "t1", "u1")!;
            member.State = "suspended";
            (member.Version, member.Position) = (2, 5);
        });

        Assert.Null((await _members.FindAsync("t1", "u1", People.Ct))!.RemovalReason);
        var (grants, roles) = await _rights.GivenAsync("u1", "t1", People.Ct);
        Assert.Equal((null, null, null), (grants[0].Reason, grants[0].RevocationReason, roles[0].Reason));
        Assert.Null((await _roles.HistoryOfUserAsync("u1", null, 50, null, People.Ct)).Items[0].Reason);

        Task Batch(Action<WriteSession> work) => _database.WriteAsync(session => { work(session); rows.Flush(session); }, People.Ct);
    }

    [Fact]
    public async Task A_version_that_was_seen_before_is_not_written_again()
    {
        await _database.WriteRights((_, rows) =>
        {
            rows.Person("u1").Version = 5;
            rows.Join(1, "t1", "u1").Version = 5;
        });

        var person = await Assert.ThrowsAsync<RowRefusedException>(() => _database.WriteRights((session, rows) => rows.FindPrincipal(session, "u1")!.Version = 4));
        var member = await Assert.ThrowsAsync<RowRefusedException>(() => _database.WriteRights((session, rows) => rows.FindMember(session, "t1", "u1")!.Version = 4));

        Assert.Equal(("u1", "t1_u1"), (person.Subject, member.Subject));
    }

    private static RightsChange Fact(int position, int ordinal, string kind, string? team) => new()
    {
        Kind = kind,
        UserId = "u1",
        TeamId = team,
        Subject = kind == "permission" ? "team.view" : null,
        Action = "added",
        OldRole = "a",
        NewRole = "b",
        OldState = "c",
        NewState = "d",
        Actor = "u2",
        Reason = "because",
        At = People.Start.AddDays(position / 3),
        Position = position,
        Ordinal = ordinal,
    };

    private async Task<List<string>> Walk(MemberListQuery query)
    {
        var ids = new List<string>();
        while (true)
        {
            var page = await _members.ListAsync("t1", query, People.Ct);
            ids.AddRange(page.Items.Select(member => member.UserId));
            if (page.NextCursor is null)
                return ids;
            query = query with { Cursor = page.NextCursor };
        }
    }

    private static DateTimeOffset Day(int days) => People.Start.AddDays(days);
}
