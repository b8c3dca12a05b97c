using System.Diagnostics;
using System.Globalization;
using UmsSti.Server.Tests.Support;
using UmsSti.Store;

namespace UmsSti.Server.Tests.Chaos;

/// <summary>
/// kill -9 at random moments under 32 writers, again and again on one growing folder: after each start every acknowledged command is
/// there once, nothing is half there, and the read model shows it before the server calls itself ready.
/// </summary>
[Trait("Category", "Kill")]
public sealed class KillTests
{
    private const int Writers = 32;
    private const int DefaultRounds = 100;

    /// <summary>Answers after which a server is killed at the latest.</summary>
    private const int MostAnswers = 250;

    /// <summary>One start in this many is killed before the server is ready.</summary>
    private const int StartsUntilKilledStart = 8;

    /// <summary>Rounds from one look at the whole log to the next.</summary>
    private const int RoundsUntilWholeLog = 10;

    private static int Rounds => NumberOf("UMS_KILL_ROUNDS") ?? DefaultRounds;

    private static int Seed => NumberOf("UMS_KILL_SEED") ?? Environment.TickCount;

    [Fact]
    public async Task Every_acknowledged_command_survives_and_no_other_half_does()
    {
        var folder = Directory.CreateTempSubdirectory("ums-kill-").FullName;
        var (seed, round) = (Seed, 0);
        try
        {
            var house = new House(folder, new Random(seed));
            await house.Found();
            var started = Stopwatch.GetTimestamp();
            for (; round < Rounds; round++)
            {
                await house.Round(round);
            }

            await house.End();
            var each = Stopwatch.GetElapsedTime(started).TotalSeconds / Rounds;
            TestContext.Current.SendDiagnosticMessage($"{Rounds} kills, {each:0.00} s each; {house.Acknowledged} acknowledged commands were all there once. Seed {seed}.");
            Assert.True(house.Acknowledged > Rounds, $"Only {house.Acknowledged} commands were acknowledged: the server was not under load.");
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Round {round}, seed {seed} (UMS_KILL_SEED), folder kept: {folder}. {failure.Message}", failure);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static int? NumberOf(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>One data folder, those who write to it, and what is known of its log.</summary>
    private sealed class House(string folder, Random random)
    {
        private readonly Writer[] writers = [.. Enumerable.Range(0, Writers).Select(number => new Writer(number))];
        private readonly LogCopy log = new();
        private string token = "";
        private long acknowledged;

        public long Acknowledged => Interlocked.Read(ref acknowledged);

        /// <summary>The first start, which makes the first user.</summary>
        public async Task Found()
        {
            await using var server = await ServerProcess.Start(folder, ServerProcess.FreePort());
            token = await new ApiClient(server.Http, null).SignIn(TestOptions.RootEmail, TestOptions.RootPassword);
            await server.Kill();
        }

        /// <summary>Start, check what the last kill left, work, kill.</summary>
        public async Task Round(int round)
        {
            if (random.Next(StartsUntilKilledStart) == 0)
            {
                await KillStart();
            }

            await using var server = await ServerProcess.Start(folder, ServerProcess.FreePort());
            var root = new ApiClient(server.Http, null, token);
            await Check(root);
            if (round % RoundsUntilWholeLog == 0)
            {
                await CheckWhole(root);
            }

            await WorkUntilKilled(server, root);
        }

        /// <summary>The last start: check, stop as an operator does, verify everything.</summary>
        public async Task End()
        {
            await using (var server = await ServerProcess.Start(folder, ServerProcess.FreePort()))
            {
                var root = new ApiClient(server.Http, null, token);
                await Check(root);
                await CheckWhole(root);
                Assert.Equal(0, await server.Stop());
            }

            var (code, output, errors) = await ServerProcess.Run(["verify", "--full", "--json", "--data", folder]);
            Assert.True(code == 0, output + errors);
        }

        private async Task WorkUntilKilled(ServerProcess server, ApiClient root)
        {
            var left = random.Next(1, MostAnswers);
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var work = Task.WhenAll(writers.Select(writer => writer.Work(root, new Random(random.Next()), () =>
            {
                Interlocked.Increment(ref acknowledged);
                if (Interlocked.Decrement(ref left) == 0)
                {
                    enough.SetResult();
                }
            })));
            await Task.WhenAny(enough.Task, work);
            await server.Kill();
            await work;
        }

        /// <summary>A recovery that is killed itself: files are open, projections run, and the server is not ready yet or has just become so.</summary>
        private async Task KillStart()
        {
            await using var server = ServerProcess.Launch(folder, ServerProcess.FreePort());
            await server.When(() => !server.Errors.IsEmpty, "The server said nothing.");
            await server.Kill();
        }

        private async Task Check(ApiClient root)
        {
            // First of all and without waiting, for what was there when the server called itself ready.
            var list = (await root.Get("/users?limit=1", ("X-Consistency-Level", "eventual"))).Is(200);
            await log.Follow(root);
            Assert.Equal((log.Head, (long)log.Users), (list.Position, list.Json.GetProperty("total").GetInt64()));
            await Task.WhenAll(writers.Select(writer => writer.CheckReadModel(root, log)));
            await Task.WhenAll(writers.Select(writer => writer.CheckAnswers(root, log)));

            // Registrations nobody was answered about are found again by their keys, and there are no others. One user is the first of all.
            var unheard = log.Users - 1 - writers.Sum(writer => writer.Users.Count);
            var found = await Task.WhenAll(writers.Select(writer => writer.Settle(root, log)));
            Assert.True(unheard == found.Count(one => one), $"{unheard} registrations are in the log that nobody was answered about, {found.Count(one => one)} were found again by their keys.");
            await log.Follow(root);
            foreach (var writer in writers)
            {
                writer.CheckHistory(log);
            }
        }

        private async Task CheckWhole(ApiClient root)
        {
            var whole = new LogCopy();
            await whole.Follow(root);
            log.CheckBeginningOf(whole);
            foreach (var file in new[] { DataFolder.EventsFile, DataFolder.ActivityFile })
            {
                var found = ChainVerifier.Verify(Path.Combine(folder, file));
                Assert.True(found.IsGood, $"{file}: position {found.Break?.Position}: {found.Break?.Reason}");
            }
        }
    }
}
