using System.Text;
using UmsSti.ReadModels.Teams;
using UmsSti.ReadModels.Users;
using Xunit;

namespace UmsSti.ReadModels.Tests;

public sealed class TeamRowTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly ReadModelDatabase _database;
    private readonly TeamDirectory _teams;

    public TeamRowTests()
    {
        _database = _folder.Open();
        _teams = new TeamDirectory(_database);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_column_is_read_back_as_it_was_written()
    {
        await _database.WriteTeams((session, rows) =>
        {
            rows.Create(session, 1, null, "Acme", "organization");
            var draft = rows.Create(session, 7, "t1", "Ünits", "department", "archived");
            draft.IsInMaintenance = draft.IsMembershipClosed = true;
            draft.Details = TextMap.Empty.With("description", "\"All\" of it");
            draft.Set("visibility", "private", People.Start.AddDays(1), "u5");
            draft.Set("auto_join", "true", People.Start.AddDays(2), "u6");
            draft.Executives = draft.Executives.Add("u9").Add("u2");
            draft.UpdatedAt = People.Start.AddDays(3);
            draft.UpdatedBy = "u3";
            draft.ArchivedAt = People.Start.AddDays(4);
            draft.ArchivedBy = "u4";
            draft.ArchiveReason = "merged";
            draft.Version = 9;
            draft.Position = 99;
        });

        var team = await _teams.FindAsync("t7", People.Ct);

        Assert.NotNull(team);
        Assert.Equal("""{"auto_join":"true","visibility":"private"}""", Encoding.UTF8.GetString(team.Settings.Span));
        Assert.Equal("""{"description":"\"All\" of it"}""", Encoding.UTF8.GetString(team.Details.Span));
        Assert.Equal("""["u2","u9"]""", Encoding.UTF8.GetString(team.Executives.Span));
        Assert.Equal(
            new TeamRow
            {
                Id = "t7",
                Slug = "team-7",
                Name = "Ünits",
                Type = "department",
                State = "archived",
                ParentId = "t1",
                OrganizationId = "t1",
                Level = 2,
                MemberCount = 0,
                IsInMaintenance = true,
                IsMembershipClosed = true,
                Settings = team.Settings,
                Details = team.Details,
                Executives = team.Executives,
                CreatedAt = People.Start.AddMinutes(7),
                CreatedBy = "u1",
                UpdatedAt = People.Start.AddDays(3),
                UpdatedBy = "u3",
                ArchivedAt = People.Start.AddDays(4),
                ArchivedBy = "u4",
                ArchiveReason = "merged",
                Version = 9,
                Position = 99,
            },
            team);
        Assert.Equal("t7", (await _teams.FindBySlugAsync("team-7", People.Ct))?.Id);
        Assert.Equal(
            [new("auto_join", "true", People.Start.AddDays(2), "u6"), new("visibility", "private", People.Start.AddDays(1), "u5")],
            await _teams.SettingsAsync("t7", People.Ct));
        Assert.Null(await _teams.FindAsync("t8", People.Ct));
    }

    [Fact]
    public async Task A_row_that_was_written_before_is_changed_and_what_it_held_stays()
    {
        await _database.WriteTeams((session, rows) =>
        {
            var draft = rows.Create(session, 1, null, "Acme");
            draft.Executives = draft.Executives.Add("u1");
            draft.Set("visibility", "private", People.Start, "u1");
        });
        await _database.WriteTeams((session, rows) =>
        {
            var draft = rows.Find(session, "t1")!;
            draft.Name = "Apex";
            draft.Set("visibility", null, People.Start, "u1");
            draft.Touch(2);
        });

        var team = await _teams.FindAsync("t1", People.Ct);

        Assert.Equal("Apex", team!.Name);
        Assert.Equal("""["u1"]""", Encoding.UTF8.GetString(team.Executives.Span));
        Assert.Equal("{}", Encoding.UTF8.GetString(team.Settings.Span));
        Assert.Empty(await _teams.SettingsAsync("t1", People.Ct));
        Assert.Equal("t1", Assert.Single((await _teams.ListAsync(new() { Search = "apex" }, People.Ct)).Items).Id);
        Assert.Empty((await _teams.ListAsync(new() { Search = "acme" }, People.Ct)).Items);
    }

    [Fact]
    public async Task A_slug_is_one_teams_until_it_lets_go_of_it()
    {
        await _database.WriteTeams((session, rows) => rows.Create(session, 1, null).Slug = "acme");
        var refused = await Assert.ThrowsAsync<RowRefusedException>(() => _database.WriteTeams((session, rows) => rows.Create(session, 2, null).Slug = "acme"));
        Assert.Equal("t2", refused.Subject);

        await _database.WriteTeams((session, rows) =>
        {
            var purged = rows.Find(session, "t1")!;
            rows.Remove(purged);
            (purged.State, purged.HoldsSlug) = ("purged", false);
            purged.Touch(3);
            rows.Create(session, 4, null).Slug = "acme";
        });

        Assert.Equal("t4", (await _teams.FindBySlugAsync("acme", People.Ct))?.Id);
        var gone = await _teams.FindAsync("t1", People.Ct);
        Assert.Equal(("acme", 0, (string?)null), (gone!.Slug, gone.Level, gone.ParentId));
    }

    [Fact]
    public async Task A_version_that_was_seen_before_is_not_written_again()
    {
        await _database.WriteTeams((session, rows) => rows.Create(session, 1, null).Version = 5);
        var error = await Assert.ThrowsAsync<RowRefusedException>(() => _database.WriteTeams((session, rows) => rows.Find(session, "t1")!.Version = 4));

        Assert.Contains("version 4", error.Message);
    }

    [Fact]
    public async Task A_discarded_batch_leaves_no_trace_in_the_remembered_rows()
    {
        var rows = new TeamRows(_database.Generations.Active("teams"), cacheRows: 100);
        await _database.WriteAsync(session => { rows.Create(session, 1, null, "Acme"); rows.Flush(session); }, People.Ct);
        await Assert.ThrowsAsync<OperationCanceledException>(() => _database.WriteAsync(session =>
        {
            rows.Find(session, "t1")!.Name = "Half done";
            rows.Create(session, 2, "t1");
            throw new OperationCanceledException();
        }, People.Ct));
        rows.Discard();

        await _database.WriteAsync(session =>
        {
            Assert.Equal("Acme", rows.Find(session, "t1")!.Name);
            Assert.Null(rows.Find(session, "t2"));
            rows.Flush(session);
        }, People.Ct);
        Assert.Equal(1, (await _teams.ListAsync(new(), People.Ct)).Total);
    }

    [Fact]
    public async Task States_are_read_back_in_pages()
    {
        var states = new[] { "draft", "active", "inactive", "active", "archived" };
        await _database.WriteTeams((session, rows) =>
        {
            rows.Create(session, 1, null);
            for (var number = 0; number < states.Length; number++)
            {
                var change = new TeamStateChange(
                    People.Start.AddDays(number / 2), number + 1, "E" + number, number == 0 ? null : states[number - 1], states[number], "u1", number == 4 ? "old" : null);
                rows.Note("t1", change);
                rows.Note("t1", change); // twice is once
            }
        });

        var seen = new List<TeamStateChange>();
        string? cursor = null;
        do
        {
            var page = await _teams.HistoryAsync("t1", 2, cursor, People.Ct);
            seen.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(states, seen.Select(change => change.To));
        Assert.Equal("old", seen[^1].Reason);
    }
}
