using UmsSti.Projections.Outbox;
using UmsSti.Projections.Reactors;
using Xunit;

namespace UmsSti.Projections.Tests.Outbox;

/// <summary>The program dies at each step of a delivery: nothing is lost, and only what the peer took unrecorded repeats, under the same key.</summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData(OutboxStep.BeforeSend, 1)]
    [InlineData(OutboxStep.BeforeRecord, 2)]
    [InlineData(OutboxStep.AfterRecord, 1)]
    internal async Task A_death_at_a_step_repeats_at_most_what_was_not_written_down(OutboxStep step, int times)
    {
        await using var post = new Post();
        Peer before = new(), after = new();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await post.Start([new EchoReactor()], [before], (at, _) =>
        {
            if (at != step)
                return Task.CompletedTask;
            reached.TrySetResult();
            return held.Task;
        });
        await post.Append("a");
        await reached.Task.WaitAsync(World.Soon, World.Ct);

        // The files as the dead process leaves them: copied while it hangs at the step. What it does afterwards never was.
        using var left = new Copy(post.File);
        var taken = before.Taken.ToArray();
        held.SetResult();
        await post.Stop();
        left.Restore();

        await post.Start(after);
        await post.Settled();
        Assert.Equal(Enumerable.Repeat("test:1:1001:0", times), [.. taken, .. after.Taken]);
        Assert.Equal(OutboxState.Delivered, (await post.Rows()).Single().State);
    }

    [Theory]
    [InlineData(ReactorStep.Read)]
    [InlineData(ReactorStep.Reacted)]
    [InlineData(ReactorStep.Stored)]
    internal async Task A_death_at_a_step_of_a_reaction_loses_and_doubles_nothing(ReactorStep step)
    {
        await using var post = new Post();
        Peer before = new(), after = new();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await post.Start([new EchoReactor()], [before], atReaction: at =>
        {
            if (at != step)
                return Task.CompletedTask;
            reached.TrySetResult();
            return held.Task;
        });
        await post.Append("a");
        await reached.Task.WaitAsync(World.Soon, World.Ct);
        if (step == ReactorStep.Stored)
            await before.Heard("a"); // the channel does not wait for the reactor

        using var left = new Copy(post.File);
        held.SetResult();
        await post.Stop();
        left.Restore();

        await post.Start(after);
        await post.Settled();
        Assert.Equal("test:1:1001:0", Assert.Single(await post.Rows()).Key);
        Assert.Equal("test:1:1001:0", Assert.Single(after.Taken.Concat(before.Taken).Distinct()));
        Assert.Equal(OutboxState.Delivered, (await post.Rows()).Single().State);
    }

    /// <summary>The files of a database at one moment.</summary>
    private sealed class Copy : IDisposable
    {
        private readonly string _file;
        private readonly string _folder = Directory.CreateTempSubdirectory("ums-outbox-copy-").FullName;

        public Copy(string file)
        {
            _file = file;
            foreach (var ending in Endings)
                if (File.Exists(file + ending))
                    File.Copy(file + ending, Path.Combine(_folder, "outbox.db" + ending));
        }

        private static string[] Endings => ["", "-wal"];

        public void Restore()
        {
            foreach (var ending in (string[])["", "-wal", "-shm"])
                File.Delete(_file + ending);
            foreach (var ending in Endings)
                if (File.Exists(Path.Combine(_folder, "outbox.db" + ending)))
                    File.Copy(Path.Combine(_folder, "outbox.db" + ending), _file + ending);
        }

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
