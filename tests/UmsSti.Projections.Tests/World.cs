using Microsoft.Extensions.Logging.Abstractions;
using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.Projections.Dues;
using UmsSti.Projections.Teams;
using UmsSti.Projections.Users;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Users;
using Xunit;
using AccessFact = UmsSti.Domain.Access.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Tests;

/// <summary>Two logs in memory, a read model in a temporary folder, and the projectors of the program between them.</summary>
public sealed partial class World : IAsyncDisposable
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    public static readonly DateTimeOffset Start = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("ums-projections-").FullName;
    private readonly List<IAsyncDisposable> _hosts = [];
    private readonly IEventCodec<UserFact, StreamContext<EncodeContext>> _users;
    private readonly IEventCodec<AccessFact, StreamContext<EncodeContext>> _access;
    private readonly EventDecoder _userDecoder;
    private readonly EventDecoder _accessDecoder;
    private readonly EventDecoder _processDecoder;
    private int _decoded;

    public World()
    {
        var sealing = new Sealing(Keys, new EventIds());
        _users = UserStream.codec(sealing);
        _access = ActivityStreams.codec(sealing);
        var ofUsers = EventDecoder.Of(_users);
        _userDecoder = new EventDecoder(recorded =>
        {
            Interlocked.Increment(ref _decoded);
            return ofUsers.Decode(recorded);
        });
        _accessDecoder = EventDecoder.Of(_access);
        _processDecoder = EventDecoder.Of(ProcessStream.codec(sealing));
        _addresses = EmailAddressStream.codec(sealing);
        _operators = OperatorStream.codec(sealing);
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Keys Keys { get; } = new();

    public IEventLog Domain { get; init; } = new VolatileStore();

    public IEventLog Activity { get; init; } = new VolatileStore();

    public string Folder => _folder;

    /// <summary>How often an event of a user was decoded.</summary>
    public int Decoded => _decoded;

    /// <summary>The views over everything instead of the projectors about users.</summary>
    public bool IsOfViews { get; init; }

    /// <summary>Every projector of the program.</summary>
    public bool IsOfAll { get; init; }

    /// <summary>Those of the program, and one that only counts.</summary>
    public IReadOnlyList<IProjector> Projectors =>
        IsOfAll ? [.. UserProjectors.All(_userDecoder, _accessDecoder), .. TeamProjectors.All(TeamDecoders, null), .. ViewProjectors.All(), new DuesProjector(_userDecoder, _processDecoder)]
        : IsOfViews ? ViewProjectors.All()
        : [.. UserProjectors.All(_userDecoder, _accessDecoder), new Tally(_userDecoder)];

    public UserTimeline Timeline => new(Domain, Activity, _userDecoder, _accessDecoder);

    /// <summary>Small waits and batches, so that tests meet their edges.</summary>
    public static ProjectionOptions Options { get; } = new()
    {
        StreamRetryDelays = [TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2)],
        RestartDelays = [TimeSpan.FromMilliseconds(1)],
        ConsistencyTimeout = Soon,
    };

    /// <summary>A read model of its own and the projectors on it, not started.</summary>
    public Side Open(
        string file = "readmodel.db", ProjectionOptions? options = null, Func<IProjector, IProjector>? change = null, IEventLog? domain = null, bool reversed = false)
    {
        var projectors = Projectors.Select(change ?? (projector => projector)).ToList();
        if (reversed)
            projectors.Reverse();
        var database = ReadModelDatabase.Open(new ReadModelOptions { Path = Path.Combine(_folder, file) }, TimeProvider.System);
        var host = new ProjectionHost(
            database, domain ?? Domain, Activity, projectors, options ?? Options, TimeProvider.System, NullLoggerFactory.Instance);
        var side = new Side(database, host);
        _hosts.Add(side);
        return side;
    }

    /// <summary>As <see cref="Open"/>, started and caught up.</summary>
    public async Task<Side> Run(string file = "readmodel.db", ProjectionOptions? options = null, Func<IProjector, IProjector>? change = null)
    {
        var side = Open(file, options, change);
        await side.Host.StartAsync(Ct);
        await side.CaughtUp();
        return side;
    }

    public Task<long> Append(string userId, params UserFact[] facts) =>
        Append(Domain, UserStream.streamName(UmsSti.Domain.UserId.Parse(userId)), facts, _users, userId);

    public Task<long> Append(string userId, params AccessFact[] facts) =>
        Append(Activity, StreamName.Create(AccessStream.Category, AccessStream.streamId(userId)), facts, _access, userId);

    /// <summary>Appends an event as it stands, for bodies no codec would write.</summary>
    public static async Task<long> AppendRaw(IEventLog log, string stream, string type, string body, long eventId)
    {
        var data = new EventData(eventId, type, 1, System.Text.Encoding.UTF8.GetBytes(body), "{\"actor\":\"raw\"}"u8.ToArray(), Start);
        var result = await log.Append(new AppendRequest([new StreamAppend(StreamName.Parse(stream), -1, [data])], null), Ct);
        return ((AppendResult.Appended)result).lastPosition;
    }

    /// <summary>What a kill leaves: the files as they are at that moment.</summary>
    public void CopyReadModel(string from, string to)
    {
        foreach (var ending in new[] { "", "-wal" })
            if (File.Exists(Path.Combine(_folder, from + ending)))
                File.Copy(Path.Combine(_folder, from + ending), Path.Combine(_folder, to + ending));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<long> Append<TFact>(
        IEventLog log, StreamName stream, TFact[] facts, IEventCodec<TFact, StreamContext<EncodeContext>> codec, string actor, DateTimeOffset? at = null)
    {
        var envelope = new Envelope(actor, null, [], "correlation", null, "203.0.113.7", "a browser", at ?? Start, Envelope.AnyVersion);
        var sealer = Actors.isUser(actor) ? actor : "";
        var context = new StreamContext<EncodeContext>(stream, new EncodeContext(envelope, "command", sealer));
        var events = facts.Select(fact => codec.Encode(context, fact)).ToArray();
        var result = await log.Append(new AppendRequest([new StreamAppend(stream, -1, events)], null), Ct);
        return ((AppendResult.Appended)result).lastPosition;
    }
}

/// <summary>One read model with its projectors.</summary>
public sealed class Side(ReadModelDatabase database, ProjectionHost host) : IAsyncDisposable
{
    private bool _disposed;

    public ReadModelDatabase Database => database;

    public ProjectionHost Host => host;

    public UserDirectory Directory { get; } = new(database);

    public async Task CaughtUp() => Assert.True(await host.Monitor.AwaitCompletion(World.Soon, World.Ct), string.Join('\n', host.Monitor.Statuses()));

    public ProjectionStatus Status(string projector) => host.Monitor.Find(projector)!;

    /// <summary>Everything queries can see, as text; equal for equal rows.</summary>
    public async Task<string> Dump()
    {
        var text = new System.Text.StringBuilder();
        var users = new List<UserRow>();
        string? cursor = null;
        do
        {
            var page = await Directory.ListAsync(new UserListQuery { Limit = 200, Cursor = cursor }, World.Ct);
            users.AddRange(page.Items);
            cursor = page.NextCursor;
            Assert.True(cursor is not null || page.Total == users.Count);
        }
        while (cursor is not null);
        foreach (var user in users.OrderBy(user => user.Id, StringComparer.Ordinal))
            text.AppendLine($"{user with { Profile = default, Preferences = default }} {Utf8(user.Profile)} {Utf8(user.Preferences)}");
        await database.SearchIndex.Verify(World.Ct);
        return text.ToString();
    }

    /// <summary>Position, count and checksum of every projector.</summary>
    public string Progress() => string.Join('\n', host.Monitor.Statuses().Select(status => $"{status.Name} {status.Position} {status.Applied} {status.Missing} {status.Checksum}"));

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await host.DisposeAsync();
        database.Dispose();
    }

    private static string Utf8(ReadOnlyMemory<byte> text) => System.Text.Encoding.UTF8.GetString(text.Span);
}
