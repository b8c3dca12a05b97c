using System.Text;
using UmsSti.Kernel;
using Xunit;

namespace UmsSti.EventLog.Acceptance;

/// <summary>Remembered commands (CQ-15).</summary>
public abstract partial class EventLogContract
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    [Fact]
    public async Task A_command_is_remembered_with_its_events()
    {
        await Appended(Stream("a"), 0, Event(), Event());
        Assert.Equal(AppendResult.NewAppended(3, 4), await AppendWith(Command("c1", "answer"), Stream("b"), 0, Event(), Event()));

        var found = await Commands.Find("c1", Token);
        Assert.Equal(("c1", "print of c1", "answer", Now, 4L), Parts(found));
        Assert.Null(await Commands.Find("c2", Token));
        Assert.Null(await Commands.Find("C1", Token));
    }

    [Fact]
    public async Task A_command_without_events_is_remembered_at_the_head()
    {
        await Appended(Stream("a"), 0, Event(), Event());
        var result = await Log.Append(new AppendRequest([], Command("c1", "nothing to do")), Token);
        Assert.Equal(AppendResult.NewAppended(2, 2), result);
        Assert.Equal(2, (await Commands.Find("c1", Token))!.Position);
        Assert.Equal(2, Log.Head);
    }

    [Fact]
    public async Task A_repeated_command_appends_nothing_and_gets_the_first_answer()
    {
        await AppendWith(Command("c1", "first"), Stream("a"), 0, Event());
        var again = Assert.IsType<AppendResult.AlreadyRemembered>(await AppendWith(Command("c1", "second"), Stream("b"), 0, Event()));
        Assert.Equal(("c1", "print of c1", "first", Now, 1L), Parts(again.command));
        Assert.Equal(1, Log.Head);
    }

    [Fact]
    public async Task A_repeated_command_is_told_from_a_conflict()
    {
        await AppendWith(Command("c1", "first"), Stream("a"), 0, Event());
        Assert.IsType<AppendResult.AlreadyRemembered>(await AppendWith(Command("c1", "first"), Stream("a"), 0, Event()));
    }

    [Fact]
    public async Task A_command_whose_append_conflicts_is_not_remembered()
    {
        await Appended(Stream("a"), 0, Event());
        Assert.IsType<AppendResult.Conflict>(await AppendWith(Command("c1", "no"), Stream("a"), 0, Event()));
        Assert.Null(await Commands.Find("c1", Token));
        Assert.IsType<AppendResult.Appended>(await AppendWith(Command("c1", "yes"), Stream("a"), 1, Event()));
    }

    [Fact]
    public async Task A_command_id_of_256_characters_from_everywhere_is_kept_as_it_is()
    {
        var id = new string('€', 255) + "'";
        await AppendWith(Command(id, ""), Stream("a"), 0, Event());
        Assert.Equal(id, (await Commands.Find(id, Token))!.CommandId);
        Assert.Equal(0, (await Commands.Find(id, Token))!.Answer.Length);
    }

    [Fact]
    public async Task Fifty_times_the_same_command_at_once_is_one_command()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            () => AppendWith(Command("c1", "answer of " + i), Stream("s" + i), 0, Event("E" + i)), Token)));

        var winner = Assert.Single(results.OfType<AppendResult.Appended>());
        Assert.Equal(1, winner.lastPosition);
        var others = results.OfType<AppendResult.AlreadyRemembered>().Select(r => Parts(r.command)).ToArray();
        Assert.Equal(49, others.Length);
        Assert.Single(others.Distinct());
        Assert.Equal(Parts(await Commands.Find("c1", Token)), others[0]);
        var stored = Assert.Single(await Log.ReadAll(0, 100, Token));
        Assert.Equal("answer of " + stored.EventType[1..], others[0].Answer);
    }

    private static RememberedCommand Command(string id, string answer) =>
        new(id, Encoding.UTF8.GetBytes("print of " + id), Encoding.UTF8.GetBytes(answer), Now, 0);

    private static (string Id, string Fingerprint, string Answer, DateTimeOffset At, long Position) Parts(RememberedCommand? command) =>
        (command!.CommandId, Encoding.UTF8.GetString(command.Fingerprint.Span), Encoding.UTF8.GetString(command.Answer.Span), command.At,
            command.Position);

    private Task<AppendResult> AppendWith(RememberedCommand command, StreamName stream, long expected, params EventData[] events) =>
        Log.Append(new AppendRequest([new StreamAppend(stream, expected, events)], command), Token);
}
