using System.Text;
using UmsSti.ReadModels.Users;
using Xunit;

namespace UmsSti.ReadModels.Tests;

public sealed class DirectoryRowTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly ReadModelDatabase _database;
    private readonly UserDirectory _directory;

    public DirectoryRowTests()
    {
        _database = _folder.Open();
        _directory = new UserDirectory(_database);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_column_is_read_back_as_it_was_written()
    {
        await _database.Write((_, rows) =>
        {
            var draft = rows.Register(7, "Ada Lovelace", "Ada@Example.org", "admin", "inactive");
            draft.SubState = "under_review";
            draft.EmailVerified = true;
            draft.EmailVerifiedAt = People.Start.AddDays(1);
            draft.Profile = TextMap.Empty.With("locale", "en").With("bio", "\"Notes\" ünd mehr");
            draft.Preferences = TextMap.Empty.With("theme", "dark");
            draft.ActiveTeamId = "t1";
            draft.UpdatedAt = People.Start.AddDays(2);
            draft.UpdatedBy = "u1";
            draft.ActivatedAt = People.Start.AddDays(3);
            draft.ActivatedBy = "u2";
            draft.DeactivatedAt = People.Start.AddDays(4);
            draft.DeactivatedBy = "u3";
            draft.DeactivationReason = "left";
            draft.SuspendedUntil = People.Start.AddDays(5);
            draft.Version = 9;
            draft.Position = 99;
        });

        var user = await _directory.FindAsync("u7", People.Ct);

        Assert.NotNull(user);
        Assert.Equal("""{"bio":"\"Notes\" ünd mehr","locale":"en"}""", Encoding.UTF8.GetString(user.Profile.Span));
        Assert.Equal("""{"theme":"dark"}""", Encoding.UTF8.GetString(user.Preferences.Span));
        Assert.Equal(
            new UserRow
            {
                Id = "u7",
                Type = "admin",
                State = "inactive",
                SubState = "under_review",
                Email = "Ada@Example.org",
                EmailVerified = true,
                EmailVerifiedAt = People.Start.AddDays(1),
                Name = "Ada Lovelace",
                Profile = user.Profile,
                Preferences = user.Preferences,
                ActiveTeamId = "t1",
                CreatedAt = People.Start.AddMinutes(7),
                CreatedBy = "u7",
                UpdatedAt = People.Start.AddDays(2),
                UpdatedBy = "u1",
                LastLoginAt = null,
                ActivatedAt = People.Start.AddDays(3),
                ActivatedBy = "u2",
                DeactivatedAt = People.Start.AddDays(4),
                DeactivatedBy = "u3",
                DeactivationReason = "left",
                SuspendedUntil = People.Start.AddDays(5),
                Version = 9,
                Position = 99,
            },
            user);
        Assert.Equal("u7", (await _directory.FindByEmailAsync("ada@example.org", People.Ct))?.Id);
        Assert.Null(await _directory.FindAsync("u8", People.Ct));
        Assert.Null(await _directory.FindByEmailAsync("Ada@Example.org", People.Ct));
    }

    [Theory]
    [InlineData("details")]
    [InlineData("name")]
    [InlineData("state")]
    public async Task A_change_writes_what_changed_and_leaves_the_rest(string part)
    {
        await _database.Write((_, rows) => rows.Register(1, "Ada"));
        var before = await _directory.FindAsync("u1", People.Ct);
        await _database.Write((session, rows) =>
        {
            var draft = rows.Find(session, "u1")!;
            if (part == "details")
                draft.Profile = TextMap.Empty.With("bio", "x");
            if (part == "name")
                draft.Name = "Countess";
            if (part == "state")
                draft.State = draft.SubState = "suspended";
            draft.Touch(2);
        });

        var after = await _directory.FindAsync("u1", People.Ct);

        Assert.Equal(part == "details" ? """{"bio":"x"}""" : "{}", Encoding.UTF8.GetString(after!.Profile.Span));
        Assert.Equal(
            before! with
            {
                Name = part == "name" ? "Countess" : "Ada",
                State = part == "state" ? "suspended" : "active",
                SubState = part == "state" ? "suspended" : "active",
                Version = 2,
                Position = 2,
                Profile = after.Profile,
                Preferences = after.Preferences,
            },
            after);
    }

    [Fact]
    public async Task Two_users_may_trade_addresses_within_a_batch()
    {
        await _database.Write((_, rows) =>
        {
            rows.Register(1, "Ada", "a@example.org");
            rows.Register(2, "Bob", "b@example.org");
        });
        await _database.Write((session, rows) =>
        {
            foreach (var (id, email) in new[] { ("u1", "b@example.org"), ("u2", "a@example.org") })
            {
                var draft = rows.Find(session, id)!;
                (draft.Email, draft.EmailKey) = (email, email);
                draft.Touch(3);
            }
        });

        Assert.Equal("u2", (await _directory.FindByEmailAsync("a@example.org", People.Ct))?.Id);
        Assert.Equal("u1", (await _directory.FindByEmailAsync("b@example.org", People.Ct))?.Id);
    }

    [Fact]
    public async Task A_refused_row_names_its_user_and_nothing_of_the_batch_is_kept()
    {
        await _database.Write((_, rows) => rows.Register(1, "Ada", "a@example.org"));
        var refused = await Assert.ThrowsAsync<RowRefusedException>(() => _database.Write((_, rows) =>
        {
            rows.Register(2, "Bob");
            rows.Register(3, "Eve", "a@example.org");
        }));

        Assert.Equal("u3", refused.Subject);
        Assert.Null(await _directory.FindAsync("u2", People.Ct));
        Assert.Equal(1, (await _directory.ListAsync(new(), People.Ct)).Total);
    }

    [Fact]
    public async Task A_version_that_was_seen_before_is_not_written_again()
    {
        await _database.Write((_, rows) => rows.Register(1, "Ada").Version = 5);
        var error = await Assert.ThrowsAsync<RowRefusedException>(() => _database.Write((session, rows) =>
        {
            var draft = rows.Find(session, "u1")!;
            draft.Name = "Late";
            draft.Version = 4;
        }));

        Assert.Contains("version 4", error.Message);
        Assert.Equal("Ada", (await _directory.FindAsync("u1", People.Ct))?.Name);
    }

    [Fact]
    public async Task A_discarded_batch_leaves_no_trace_in_the_cached_rows()
    {
        var rows = new UserRows(_database, _database.Generations.Active("users"), cacheRows: 100, isBuilding: false);
        await _database.WriteAsync(session => { rows.Register(1, "Ada"); rows.Flush(session); }, People.Ct);
        await Assert.ThrowsAsync<OperationCanceledException>(() => _database.WriteAsync(session =>
        {
            rows.Find(session, "u1")!.Name = "Half done";
            throw new OperationCanceledException();
        }, People.Ct));
        rows.Discard();

        await _database.WriteAsync(session => Assert.Equal("Ada", rows.Find(session, "u1")!.Name), People.Ct);
    }

    [Fact]
    public async Task Sign_ins_reach_the_row_whichever_is_written_first()
    {
        var logins = new LoginRows(_database.Generations.Active("users"));
        await _database.WriteAsync(session =>
        {
            logins.Record("u1", People.Start.AddHours(2));
            logins.Record("u1", People.Start.AddHours(1));
            logins.Flush(session);
        }, People.Ct);
        await _database.Write((_, rows) => { rows.Register(1, "Ada"); rows.Register(2, "Bob"); });
        await _database.WriteAsync(session => { logins.Record("u2", People.Start.AddHours(3)); logins.Flush(session); }, People.Ct);

        Assert.Equal(People.Start.AddHours(2), (await _directory.FindAsync("u1", People.Ct))?.LastLoginAt);
        Assert.Equal(People.Start.AddHours(3), (await _directory.FindAsync("u2", People.Ct))?.LastLoginAt);
    }
}
