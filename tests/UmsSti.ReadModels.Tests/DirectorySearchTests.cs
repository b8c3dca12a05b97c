using System.Text;
using UmsSti.ReadModels.Users;
using Xunit;

namespace UmsSti.ReadModels.Tests;

public sealed class DirectorySearchTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly ReadModelDatabase _database;
    private readonly UserDirectory _directory;

    public DirectorySearchTests()
    {
        _database = _folder.Open(options => options with { SearchBacklogRows = 3 });
        _directory = new UserDirectory(_database);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("ann", "u1")]
    [InlineData("ANN-MARIE", "u1")]
    [InlineData("muller", "u1")]
    [InlineData("Müll ann", "u1")]
    [InlineData("ann@example.org", "u1")]
    [InlineData("exam", "u1 u2")]
    [InlineData("obrien", "")]
    [InlineData("O'Brien", "u2")]
    [InlineData("ann bob", "")]
    [InlineData("", "")]
    [InlineData("   ", "")]
    [InlineData("@@@", "")]
    [InlineData("\"", "")]
    [InlineData("ann\"", "u1")]
    [InlineData("ann OR bob", "")]
    [InlineData("NOT ann", "")]
    [InlineData("name:ann", "")]
    [InlineData("ann*", "u1")]
    [InlineData("^ann", "u1")]
    [InlineData("(ann", "u1")]
    [InlineData("{name email}: ann", "")]
    [InlineData("NEAR(ann muller)", "")]
    [InlineData("ann + muller", "u1")]
    [InlineData("ann'; DROP TABLE users_g1; --", "")]
    [InlineData("ann\0", "u1")]
    public async Task What_is_typed_is_words_and_never_an_operator(string search, string expected)
    {
        await _database.Write((_, rows) =>
        {
            rows.Register(1, "Ann-Marie Müller", "ann@example.org");
            rows.Register(2, "Bob O'Brien", "bob@example.com");
        });

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), await _directory.Walk(new UserListQuery { Search = search }));
    }

    [Fact]
    public async Task A_lone_surrogate_and_an_over_long_search_are_no_crash()
    {
        await _database.Write((_, rows) => rows.Register(1, "Ann"));

        Assert.Empty(await _directory.Walk(new UserListQuery { Search = "\uD800x" }));
        await Assert.ThrowsAsync<InvalidListQueryException>(async () => await _directory.Walk(new UserListQuery { Search = new string('a', 256) }));
    }

    [Fact]
    public async Task A_search_sees_a_change_as_soon_as_the_row_shows_it()
    {
        await _database.Write((_, rows) => rows.Register(1, "Ann First"));
        Assert.Single(await _directory.Walk(new UserListQuery { Search = "first" }));
        for (var round = 1; round <= 10; round++) // crosses the backlog limit and stays below it
        {
            await _database.Write((session, rows) =>
            {
                rows.Register(round * 10, "Crowd " + round);
                var draft = rows.Find(session, "u1")!;
                draft.Name = "Ann Round" + round;
                draft.Touch(round * 10 + 1);
            });
            if (round % 3 != 0)
                continue;
            Assert.Equal(["u1"], await _directory.Walk(new UserListQuery { Search = "round" + round }));
            Assert.Empty(await _directory.Walk(new UserListQuery { Search = "round" + (round - 1) }));
            Assert.Equal(round, (await _directory.Walk(new UserListQuery { Search = "crowd" })).Count);
        }
        await _database.SearchIndex.Verify(People.Ct);
    }

    [Fact]
    public async Task An_erased_person_is_found_by_nothing_and_no_word_of_theirs_is_left_in_the_files()
    {
        await _database.Write((_, rows) =>
        {
            for (var key = 2; key <= 200; key++)
                rows.Register(key, "Someone Else" + key);
            rows.Register(1, "Vorname Zwischenzeit", "heimlich@quergasse.example");
        });
        await _database.Write((session, rows) => Rename(rows.Find(session, "u1")!, "Vorname Dreiklang", 301));
        Assert.Equal(["u1"], await _directory.Walk(new UserListQuery { Search = "dreiklang" }));

        await _database.Write((session, rows) =>
        {
            var draft = rows.Find(session, "u1")!;
            (draft.Name, draft.Email, draft.EmailKey) = (null, null, null);
            draft.State = draft.SubState = "purged";
            draft.Touch(302);
        });
        await _database.SearchIndex.Compact(People.Ct);

        foreach (var word in new[] { "vorname", "dreiklang", "zwischenzeit", "heimlich", "quergasse", "ANONYMIZED" })
            Assert.Empty(await _directory.Walk(new UserListQuery { Search = word }));
        var user = await _directory.FindAsync("u1", People.Ct);
        Assert.Equal((UserRow.Anonymized, UserRow.Anonymized), (user!.Name, user.Email));
        Assert.Null(await _directory.FindByEmailAsync("heimlich@quergasse.example", People.Ct));
        await _database.SearchIndex.Verify(People.Ct);
        await _database.CheckpointAsync(People.Ct);
        var bytes = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_folder.File, People.Ct)).ToLowerInvariant();
        Assert.Contains("someone", bytes);
        foreach (var word in new[] { "dreiklang", "zwischenzeit", "heimlich", "quergasse" })
            Assert.DoesNotContain(word, bytes);
    }

    private static void Rename(UserDraft draft, string name, long position)
    {
        draft.Name = name;
        draft.Touch(position);
    }
}
