using UmsSti.ReadModels.Permissions;
using Xunit;

namespace UmsSti.ReadModels.Tests;

public sealed class PermissionIndexTests : IDisposable
{
    private static readonly long Now = People.Start.ToUnixTimeMilliseconds();

    private readonly Folder _folder = new();
    private readonly ReadModelDatabase _database;
    private readonly PermissionIndex _index = new(Rights.Vocabulary);

    public PermissionIndexTests() => _database = _folder.Open();

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Nobody_is_known_to_an_empty_index()
    {
        var person = _index.Current.Find("u1", "t1", Now, out var inTeam);

        Assert.Equal((false, false, false), (person.IsKnown, inTeam.IsTeamKnown, inTeam.IsMember));
        Assert.Empty(_index.Current.TeamsOf("u1"));
    }

    [Fact]
    public async Task A_membership_of_one_team_says_nothing_about_another()
    {
        await Write((_, rows) =>
        {
            rows.Team("t1");
            rows.Team("t2", "suspended");
            rows.Person("u1", "admin").Rights.Set(Rights.Grant("users.view"));
            rows.Join(5, "t1", "u1", "leader").Rights.Set(Rights.Grant("team.move"));
        });

        var person = _index.Current.Find("u1", "t1", Now, out var inside);
        _index.Current.Find("u1", "t2", Now, out var beside);

        Assert.Equal(new PersonFacts(true, 1, 1, Mask("users.view"), 0), person);
        Assert.Equal(new TeamFacts(true, 1, true, 1, 1, Mask("team.move"), 0), inside);
        Assert.Equal(new TeamFacts(true, 2, false, RightsVocabulary.Unknown, RightsVocabulary.Unknown, 0, 0), beside);
        Assert.Equal(["t1"], _index.Current.TeamsOf("u1"));
        Assert.Equal(5, _index.Current.Position);
    }

    [Fact]
    public async Task What_has_run_out_gives_nothing_from_that_moment_on()
    {
        await Write((_, rows) =>
        {
            rows.Define("auditor", null, "audit.view");
            var rights = rows.Person("u1").Rights;
            rights.Set(Rights.Grant("users.view", until: People.Start));
            rights.Set(Rights.Assign("auditor", until: People.Start));
        });

        Assert.Equal((Mask("users.view"), Mask("audit.view")), Given(Now - 1));
        Assert.Equal((0UL, 0UL), Given(Now));
    }

    [Fact]
    public async Task A_role_that_shrinks_or_is_retired_gives_less_at_once()
    {
        await Write((_, rows) =>
        {
            rows.Person("u1").Rights.Set(Rights.Assign("auditor")); // before it is defined: nothing
            rows.Person("u2").Rights.Set(Rights.Assign("auditor", isDropped: true));
        });
        Assert.Equal((0UL, 0UL), Given(Now));
        await Write((_, rows) => rows.Define("auditor", null, "audit.view", "gdpr.manage"));
        Assert.Equal((0UL, Mask("audit.view") | Mask("gdpr.manage")), Given(Now));
        Assert.Equal(Mask("audit.view"), _index.Current.Find("u2", Now).Roles); // dropped: nothing elevated
        await Change(role => role.Permissions = role.Permissions.Remove("gdpr.manage"));
        Assert.Equal((0UL, Mask("audit.view")), Given(Now));
        await Change(role => role.IsActive = false);
        Assert.Equal((0UL, 0UL), Given(Now));

        Task Change(Action<RoleDraft> change) => Write((session, rows) =>
        {
            var role = rows.FindRole(session, "auditor")!;
            change(role);
            role.Version++;
        });
    }

    [Fact]
    public async Task Names_that_are_not_listed_give_nothing()
    {
        await Write((_, rows) =>
        {
            rows.Team("t1", "floating");
            rows.Person("u1", "alien", "asleep").Rights.Set(Rights.Grant("everything"));
            rows.Join(1, "t1", "u1", "king", "odd");
        });

        var person = _index.Current.Find("u1", "t1", Now, out var inTeam);

        Assert.Equal(new PersonFacts(true, RightsVocabulary.Unknown, RightsVocabulary.Unknown, 0, 0), person);
        Assert.Equal((RightsVocabulary.Unknown, RightsVocabulary.Unknown, RightsVocabulary.Unknown), (inTeam.TeamState, inTeam.State, inTeam.Role));
        Assert.Empty(_index.Current.TeamsOf("u1"));
    }

    [Fact]
    public async Task A_batch_is_seen_whole_or_not_at_all_and_a_snapshot_stays_as_it_is()
    {
        await Write((_, rows) => { rows.Team("t1"); rows.Person("u1"); });
        var before = _index.Current;
        await Assert.ThrowsAsync<OperationCanceledException>(() => Write((_, rows) =>
        {
            rows.Join(2, "t1", "u1");
            throw new OperationCanceledException();
        }));
        Assert.Same(before, _index.Current);

        await Write((session, rows) =>
        {
            rows.Join(2, "t1", "u1");
            var person = rows.FindPrincipal(session, "u1")!;
            (person.State, person.Version, person.Position) = ("suspended", 2, 3);
        });

        Assert.Equal(1, before.Find("u1", "t1", Now, out var old).State);
        Assert.False(old.IsMember);
        Assert.Equal(2, _index.Current.Find("u1", "t1", Now, out var now).State);
        Assert.True(now.IsMember);
        Assert.Equal((before.Revision + 1, 3L), (_index.Current.Revision, _index.Current.Position));
    }

    [Fact]
    public async Task A_generation_that_is_being_built_is_not_shown()
    {
        await Write((_, rows) => rows.Person("u1"));
        var building = await _database.Generations.BeginBuild(ReadModelLayout.Rights, People.Ct);
        var rows = new RightsRows(_database, building, cacheRows: 10, _index);
        await _database.WriteAsync(session => { rows.Person("u2"); rows.Flush(session); }, People.Ct);

        Assert.False(_index.Current.Find("u2", Now).IsKnown);

        await _database.Generations.BuildIndexes(ReadModelLayout.Rights, building, People.Ct);
        await _database.WriteAsync(session => _database.Generations.Swap(session, ReadModelLayout.Rights, building), People.Ct);
        await _index.LoadAsync(_database, Rights.Projector, People.Ct);

        Assert.True(_index.Current.Find("u2", Now).IsKnown);
        Assert.False(_index.Current.Find("u1", Now).IsKnown);
        await _database.Generations.DropDoomed(_ => [], People.Ct);
    }

    [Fact]
    public async Task An_id_it_cannot_hold_parks_its_stream_before_anything_is_committed()
    {
        var refused = await Assert.ThrowsAsync<RowRefusedException>(() => Write((_, rows) => rows.Person("an id of no form whatsoever")));

        Assert.Equal("an id of no form whatsoever", refused.Subject);
        Assert.Null(await new RightsDirectory(_database).OfAsync(refused.Subject, null, People.Start, People.Ct));
    }

    [Fact]
    public async Task The_position_after_a_load_is_that_of_the_checkpoint()
    {
        await _database.WriteAsync(
            session => session.SaveCheckpoint(Rights.Projector, _database.Generations.Active("rights"), new Checkpoint(42, 1, 1, 1, 1)), People.Ct);
        await _index.LoadAsync(_database, Rights.Projector, People.Ct);

        Assert.Equal(42, _index.Current.Position);
    }

    /// <summary>Random histories against a naive evaluator; the index kept up by batches, one loaded from the rows, and the queries agree.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Index_rows_and_a_naive_evaluator_agree_after_every_batch(int seed)
    {
        var random = new Random(seed);
        var model = new NaiveRights();
        var rows = new RightsRows(_database, _database.Generations.Active("rights"), cacheRows: 8, _index);
        for (var batch = 0; batch < 30; batch++)
        {
            await _database.WriteAsync(session =>
            {
                for (var step = 0; step < 8; step++)
                    model.Step(random, session, rows);
                rows.Flush(session);
            }, People.Ct);
            model.AssertAgrees(_index.Current, Now + random.Next(-1, 4));
        }
        var loaded = new PermissionIndex(Rights.Vocabulary);
        await loaded.LoadAsync(_database, Rights.Projector, People.Ct);

        for (var at = Now - 1; at < Now + 4; at++)
            model.AssertAgrees(loaded.Current, at);
        await model.AssertAgrees(new RightsDirectory(_database), DateTimeOffset.FromUnixTimeMilliseconds(Now + 1));
    }

    [Fact]
    public async Task What_is_written_while_it_loads_is_not_lost()
    {
        await _database.Fill(people: 3_000, teams: 50);
        using var stop = new CancellationTokenSource();
        var rows = new RightsRows(_database, 1, cacheRows: 100, _index);
        var written = 0;
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await _database.WriteAsync(session => { rows.Person("new-" + written); rows.Flush(session); }, People.Ct);
                written++;
            }
        }, People.Ct);
        for (var load = 0; load < 5; load++)
            await _index.LoadAsync(_database, Rights.Projector, People.Ct);
        await stop.CancelAsync();
        await writing;

        Assert.Equal(3_000 + written, _index.Current.KnownPeople);
        Assert.All(Enumerable.Range(0, written), number => Assert.True(_index.Current.Find("new-" + number, Now).IsKnown));
    }

    [Fact]
    public async Task A_large_installation_is_small_in_memory_and_a_lookup_allocates_nothing()
    {
        const int people = 100_000, teams = 1_000;
        await _database.Fill(people, teams);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await _index.LoadAsync(_database, Rights.Projector, People.Ct);
        var loading = clock.Elapsed;
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (3.0 * people);
        var (user, team) = (Rights.UserId(77), Rights.TeamId(77 * 7));
        var snapshot = _index.Current;
        snapshot.Find(user, team, Now, out _);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var person = snapshot.Find(user, team, Now, out var inTeam);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes:F1} bytes a membership, loaded in {loading.TotalMilliseconds:F0} ms");
        Assert.Equal((true, true), (person.IsKnown, inTeam.IsMember));
        Assert.Equal(0, allocated);
        Assert.InRange(bytes, 1, 64);
    }

    [Fact]
    public void Three_million_memberships_are_small_in_memory_too()
    {
        const int people = 1_000_000, teams = 10_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var snapshot = Crowd(people, teams);
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (3.0 * people);
        var random = new Random(1);
        var asked = Enumerable.Range(0, 50_000).Select(_ => random.Next(people)).Select(number => (User: Rights.UserId(number), Team: Rights.TeamId(number * 7 % teams))).ToArray();
        var times = new long[asked.Length];
        var members = 0;
        for (var place = 0; place < asked.Length; place++)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            snapshot.Find(asked[place].User, asked[place].Team, Now, out var inTeam);
            times[place] = System.Diagnostics.Stopwatch.GetTimestamp() - start;
            members += inTeam.IsMember ? 1 : 0;
        }
        Array.Sort(times);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{bytes:F1} bytes a membership; lookup median {times[times.Length / 2]}, p99 {times[times.Length * 99 / 100]} ticks of {System.Diagnostics.Stopwatch.Frequency} a second");
        Assert.Equal(asked.Length, members);
        Assert.InRange(bytes, 1, 64);
    }

    // Three teams for each person.
    private static PermissionSnapshot Crowd(int people, int teams)
    {
        var editor = new SnapshotEditor(new PermissionSnapshot(
            IndexTable<IndexedPerson>.Empty(people), IndexTable<IndexedTeam>.Empty(teams), [], [], new RoleNumbers(), active: 1, position: 0, revision: 0));
        for (var number = 0; number < teams; number++)
            editor.Put(new TeamChange(CompactId.Parse(Rights.TeamId(number)), 1));
        for (var number = 0; number < people; number++)
        {
            int[] joined = [number * 7 % teams, ((number * 7) + 1) % teams, ((number * 7) + 2) % teams];
            var person = new IndexedPerson(CompactId.Parse(Rights.UserId(number))) { Type = 0, State = 1 };
            person.Begin([.. joined.Select(team => new IndexedMembership(null, team, 1, 2))]);
            editor.Put(person);
        }
        return editor.Done(position: 1);
    }

    private Task Write(Action<WriteSession, RightsRows> work) => _database.WriteRights(work, _index);

    private (ulong Grants, ulong Roles) Given(long at) => _index.Current.Find("u1", at) is var facts ? (facts.Grants, facts.Roles) : default;

    private static ulong Mask(string permission) => Rights.Vocabulary.MaskOf(permission);
}
