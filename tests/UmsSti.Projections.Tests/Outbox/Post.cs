using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.Projections.Outbox;
using UmsSti.Projections.Reactors;

namespace UmsSti.Projections.Tests.Outbox;

/// <summary>A peer that does what the test says and keeps what it has taken.</summary>
internal sealed class Peer(string name = "test", int most = 4) : IChannel
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _taken = new();

    public string Name => name;

    public int MaxConcurrent => most;

    /// <summary>Keys in the order they came, repeats too.</summary>
    public ConcurrentQueue<string> Taken { get; } = new();

    public Func<OutboxItem, CancellationToken, Task<DeliveryOutcome>> Answer { get; set; } = (_, _) => Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Delivered());

    public async Task<DeliveryOutcome> Deliver(OutboxItem item, CancellationToken ct)
    {
        Taken.Enqueue(item.Key);
        Signal(item.Recipient).TrySetResult();
        return await Answer(item, ct);
    }

    /// <summary>Completes once something for the recipient has come.</summary>
    public Task Heard(string recipient) => Signal(recipient).Task.WaitAsync(World.Soon, World.Ct);

    private TaskCompletionSource Signal(string recipient) => _taken.GetOrAdd(recipient, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>One effect an event, for the stream's own id; an event of type Poison cannot be understood.</summary>
internal sealed class EchoReactor(string channel = "test", ReactorStart start = ReactorStart.Head) : IReactor
{
    public string Name => "echo-" + channel;

    public SourceLog Log => SourceLog.Domain;

    public ReactorStart Start => start;

    public bool Wants(StreamName stream) => stream.IsIn("Echo");

    public IReadOnlyList<Effect> React(RecordedEvent recorded) => recorded.EventType == "Poison"
        ? throw new FormatException("poison")
        : [new Effect(channel, recorded.EventType, recorded.Stream.Id.Value, new Dictionary<string, string> { ["n"] = "1" }, null!, null)];
}

/// <summary>A log, an outbox on a real file, and a host between them that can die and start again.</summary>
internal sealed class Post : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ums-outbox-").FullName;
    private OutboxDatabase? _database;
    private long _eventId;

    public IEventLog Log { get; set; } = new VolatileStore();

    public Clock Time { get; } = new(World.Start);

    public Lines Lines { get; } = new();

    public OutboxOptions Options { get; set; } = new()
    {
        JitterPart = 0,
        StopGrace = TimeSpan.FromSeconds(1),
        RestartDelays = [TimeSpan.FromMilliseconds(1)],
        DeliveryTimeout = TimeSpan.FromDays(20), // so that a test waits for no other wait than its own
        CountInterval = TimeSpan.FromDays(20),
    };

    public ReactorHost Host { get; private set; } = null!;

    public OutboxDatabase Database => _database!;

    public string File => Path.Combine(_folder, "outbox.db");

    public Task<ReactorHost> Start(params IChannel[] channels) => Start([new EchoReactor()], channels);

    public async Task<ReactorHost> Start(IReactor[] reactors, IChannel[] channels, Func<OutboxStep, OutboxItem, Task>? atStep = null, Func<ReactorStep, Task>? atReaction = null)
    {
        _database = OutboxDatabase.Open(File, Time);
        Host = new ReactorHost(_database, Log, new VolatileStore(), reactors, channels, Options, Time, Lines, atStep, atReaction);
        await Host.Establish(World.Ct);
        await Host.StartAsync(World.Ct);
        return Host;
    }

    /// <summary>Ends as a program does that is told to, or whose deliveries never come back.</summary>
    public async Task Stop()
    {
        await Host.DisposeAsync();
        _database?.Dispose();
        _database = null;
    }

    /// <summary>After a host that could not be stopped: lets go of the file.</summary>
    public void Forget()
    {
        _database?.Dispose();
        _database = null;
    }

    public Task<long> Append(string id, string type = "Happened") => World.AppendRaw(Log, "Echo-" + id, type, "{}", ++_eventId + 1_000);

    public async Task<OutboxItem[]> Rows(OutboxState? state = null) => [.. (await Host.Outbox.List(state, null, long.MaxValue, 1_000, World.Ct)).Items.OrderBy(item => item.Id)];

    public Task Settled() => Host.Settled(World.Ct).WaitAsync(World.Soon, World.Ct);

    /// <summary>Waits until a row is as the test needs it.</summary>
    public async Task<OutboxItem> Until(Func<OutboxItem, bool> condition)
    {
        while (true)
        {
            var changed = Host.Changed;
            if ((await Rows()).FirstOrDefault(condition) is { } found)
                return found;
            await changed.WaitAsync(World.Soon, World.Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await Stop();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Keeps what is logged from Warning on.</summary>
internal sealed class Lines : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> All { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            All.Enqueue($"{logLevel}: {formatter(state, exception)} {exception?.Message}");
    }
}
