using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using UmsSti.Projections.Outbox;
using UmsSti.Projections.Reactors;
using UmsSti.Projections.Rights;
using UmsSti.Projections.Teams;
using UmsSti.Projections.Tests.Outbox;
using UmsSti.ReadModels.Permissions;
using Xunit;

namespace UmsSti.Projections.Tests.Processes;

/// <summary>The whole loop: a log, the application over it, rows of rights, and the reactor, outbox and channel of processes. All but the rows can die.</summary>
internal sealed class Household : IAsyncDisposable
{
    private static readonly string Operator = Actors.system("tests");

    private readonly World _world = new();
    private readonly EventIds _eventIds = new();
    private int _count;

    private Household() => Log = new Mortal(_world.Domain);

    public Mortal Log { get; }

    public Post Post { get; } = new();

    public TeamSide Rows { get; private set; } = null!;

    public Application.Application App { get; private set; } = null!;

    public static async Task<Household> Begin()
    {
        var house = new Household();
        house.Rows = await house._world.RunTeams();
        house.Post.Log = house.Log;
        house.App = house.NewApplication();
        return house;
    }

    /// <summary>A program that has just been started: nothing in its caches.</summary>
    public async Task Start(Func<OutboxStep, OutboxItem, Task>? atStep = null, Func<ReactorStep, Task>? atReaction = null)
    {
        App = NewApplication();
        await Post.Start([new ProcessReactor()], [new ProcessChannel(App.ProcessRequests, Log, Post.Time)], atStep, atReaction);
    }

    public async Task Do(Command command)
    {
        var answer = await App.Door.Execute(Envelope(), command, World.Ct);
        Assert.True(answer.IsAccepted, answer.ToString());
    }

    public async Task<string> NewUser(string type = "standard")
    {
        var answer = await App.Door.Execute(
            Envelope(), Command.NewRegisterUser(new RegisterUser(null, type, $"u{++_count}@example.org", "Somebody", null, true, null)), World.Ct);
        return ((Answer.Accepted)answer).Item.User.Id;
    }

    public async Task<string> NewTeam()
    {
        var answer = await App.Door.Execute(
            Envelope(), Command.NewOfTeams(TeamCommand.NewCreateTeam(new CreateTeam(null, "Team " + ++_count, "organization", null, null, null, true))), World.Ct);
        return ((EntityView.Team)((Answer.Accepted)answer).Item.Entity).Item.Id;
    }

    public Task Join(string team, string user, string role = "member") =>
        Do(Command.NewOfTeams(TeamCommand.NewChangeMembership(team, user, MembershipStep.NewAdd(role))));

    public Task Give(string user, string? team, string permission) =>
        Do(Command.NewOfTeams(TeamCommand.NewChangeGrant(user, team, permission, GrantStep.NewGrant(null, null, "for tests"))));

    public Envelope Envelope() => new(Operator, null, [], "request-" + ++_count, null, null, null, Post.Time.GetUtcNow(), Application.Envelope.AnyVersion);

    /// <summary>Types of everything in the log after a position, in the order of their names.</summary>
    public async Task<string[]> TypesAfter(long position) => [.. (await Log.ReadAll(position, 1_000, World.Ct)).Select(one => one.EventType).Order(StringComparer.Ordinal)];

    public async Task Settled()
    {
        await Post.Settled();
        await Rows.Side.CaughtUp();
    }

    public async ValueTask DisposeAsync()
    {
        Log.IsDead = false;
        await Post.DisposeAsync();
        await _world.DisposeAsync();
    }

    private Application.Application NewApplication() => new(new Parts(
        Log, (ICommandMemory)_world.Domain, (ISnapshotStore)_world.Domain, _world.Activity, _world.Keys, new Index(), _eventIds, new Ids(), new NoCredentials(), NoPrincipalIndex.Instance,
        new Upkeep(new RightsUpkeep(Rows.Side.Database), () => Rows.Side.Host.Gate(TeamProjectors.Rights)), Post.Time, 100, 8, soleWriter: true));

    private sealed class Index : IBlindIndex
    {
        public string Compute(string normalised) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(normalised)));
    }

    private sealed class Ids : IIdGenerator
    {
        private static long s_last;

        public UserId NewUserId(UserType userType) => UserId.Parse(Uuid7.create(World.Start.ToUnixTimeMilliseconds(), Random()));

        public TeamId NewTeamId() => TeamId.Parse(Ulid.create(World.Start.ToUnixTimeMilliseconds(), Random()));

        public SessionId NewSessionId() => SessionId.Parse(Uuid7.create(World.Start.ToUnixTimeMilliseconds(), Random()));

        private static byte[] Random() => [0, 0, .. BitConverter.GetBytes(Interlocked.Increment(ref s_last))];
    }

    private sealed class NoCredentials : ICredentials
    {
        public Task Set(string userId, string phc, CancellationToken ct) => Task.CompletedTask;

        public Task Forget(string userId, CancellationToken ct) => Task.CompletedTask;
    }
}

/// <summary>The log as a program sees it that dies at one of its appends: before it is stored or after, and from then on everything fails.</summary>
internal sealed class Mortal(IEventLog inner) : IEventLog
{
    private int _appends;

    /// <summary>Appends left before it dies; 0: it does not.</summary>
    public int DiesAt { get; set; }

    /// <summary>Whether the append it dies at is stored.</summary>
    public bool DiesAfter { get; set; }

    public bool IsDead { get; set; }

    public int Appends => _appends;

    public long Head => inner.Head;

    /// <summary>A new life.</summary>
    public void Revive() => (_appends, DiesAt, IsDead) = (0, 0, false);

    public Task<RecordedEvent[]> LoadStream(StreamName stream, long fromIndex, CancellationToken ct)
    {
        CheckAlive();
        return inner.LoadStream(stream, fromIndex, ct);
    }

    public async Task<AppendResult> Append(AppendRequest request, CancellationToken ct)
    {
        CheckAlive();
        var isLast = ++_appends == DiesAt;
        var result = isLast && !DiesAfter ? null : await inner.Append(request, ct);
        IsDead |= isLast;
        CheckAlive();
        return result!;
    }

    public Task<RecordedEvent[]> ReadAll(long afterPosition, int maxCount, CancellationToken ct) => inner.ReadAll(afterPosition, maxCount, ct);

    public Task<long> AwaitBeyond(long position, CancellationToken ct) => inner.AwaitBeyond(position, ct);

    private void CheckAlive()
    {
        if (IsDead)
            throw new InvalidOperationException("This program is dead.");
    }
}
