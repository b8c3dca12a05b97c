using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Projections.Schedules;
using UmsSti.Server.Hosting;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Schedules;

/// <summary>A real data folder that can be closed and opened anew, with a clock that a test moves. Nothing runs by itself.</summary>
internal sealed class Clockwork : IAsyncDisposable
{
    private static readonly string Operator = Actors.system("tests");

    private readonly TempFolder folder = new();
    private Installation? house;
    private int count;

    public ManualTime Time { get; } = new();

    public ScheduleOptions Options { get; set; } = new() { Enabled = false };

    public Installation House => house ?? throw new InvalidOperationException("The folder is closed.");

    public ScheduleHost Schedules => House.Schedules;

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<Clockwork> Open(ScheduleOptions? options = null)
    {
        var works = new Clockwork();
        works.Options = options ?? works.Options;
        await works.Reopen();
        return works;
    }

    /// <summary>As after a stop and a new start of the program: only the files are left.</summary>
    public async Task Reopen()
    {
        await Close();
        house = Installation.Open(TestOptions.For(folder.Path) with { Schedules = Options }, Time, NullLoggerFactory.Instance);
        await House.Projections.StartAsync(Ct);
        await House.Projections.CaughtUp.WaitAsync(Ct);
    }

    public async Task Close()
    {
        if (house is not null)
        {
            await house.DisposeAsync();
        }

        house = null;
    }

    public Envelope Envelope(string? actor = null) => new(
        actor ?? Operator, null, [], "request-" + Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture), null, null, null, Time.GetUtcNow(), Application.Envelope.AnyVersion);

    public async Task<UserView> Do(Command command) => await House.Application.Door.Execute(Envelope(), command, Ct) switch
    {
        Answer.Accepted accepted => accepted.Item.User,
        Answer.Refused refused => throw new InvalidOperationException($"{refused.Item.Code}: {refused.Item.Detail}"),
        _ => throw new InvalidOperationException("no answer"),
    };

    public async Task<string> NewUser(string type = "standard", bool active = true) =>
        (await Do(Command.NewRegisterUser(new RegisterUser(null, type, $"user{Interlocked.Increment(ref count)}@example.org", "Somebody", null, active, null)))).Id;

    public async Task SignIn(string userId)
    {
        var answer = await House.Application.SignIns.LogIn(Envelope(userId), userId, House.Ids.NewSessionId(), Ct);
        Assert.True(answer.IsSignedIn);
    }

    public async Task<string> SubStateOf(string userId) => (await House.Application.Users.TryView(userId, Ct)).Value.SubState;

    public async Task<Schedule.Fold.Run> LastRun(string schedule) =>
        (await House.Application.ScheduleRuns.Load(schedule, Ct)).Last?.Value ?? throw new InvalidOperationException("It never ran.");

    /// <summary>Runs a schedule now and waits for it.</summary>
    public async Task<ScheduleProgress> Run(string schedule)
    {
        var run = Schedules.Find(await Schedules.RunNow(schedule, Envelope(), Ct))!;
        await run.Completion.WaitAsync(Ct);
        return run.Progress;
    }

    /// <summary>Types of the domain log's events after a position, without the processes' own.</summary>
    public async Task<string[]> TypesAfter(long position) =>
        [.. (await House.Events.ReadAll(position, 10_000, Ct)).Where(one => !one.Stream.IsIn(ProcessStream.Category)).Select(one => one.EventType)];

    public async ValueTask DisposeAsync()
    {
        await Close();
        folder.Dispose();
    }
}
