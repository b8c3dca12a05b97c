using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>
/// kill -9 under 32 writers, again and again on one folder: after each start every acknowledged command is there once, nothing is half
/// there, and the read model shows it before the server calls itself ready.
/// </summary>
[Trait("Category", "Kill")]
public sealed class KillTests
{
    private const int Writers = 32;
    private const int DefaultRounds = 100;

    /// <summary>Longest time the writers are left at work before the kill, milliseconds.</summary>
    private const int MaxWorkMilliseconds = 250;

    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("UMS_KILL_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : DefaultRounds;

    [Fact]
    public async Task Every_acknowledged_command_survives_and_no_other_half_does()
    {
        using var folder = new TempFolder();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var world = new World();
        string token;
        await using (var first = await ServerProcess.Start(folder.Path, ServerProcess.FreePort()))
        {
            var nobody = new ApiClient(first.Http, null);
            token = await nobody.SignIn(TestOptions.RootEmail, TestOptions.RootPassword);
            for (var writer = 0; writer < Writers; writer++)
            {
                world.Users.Add(await nobody.As(token).NewUser($"victim{writer}@example.org", "v0"));
            }

            await first.Kill();
        }

        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await ServerProcess.Start(folder.Path, ServerProcess.FreePort());
            var root = new ApiClient(server.Http, null).As(token);
            await world.Check(root, $"round {round}, seed {seed}");
            using var stop = new CancellationTokenSource();
            var writers = Enumerable.Range(0, Writers).Select(writer => world.Write(root, writer, round, stop.Token)).ToArray();
            await Task.Delay(random.Next(MaxWorkMilliseconds), TestContext.Current.CancellationToken);
            await server.Kill();
            await stop.CancelAsync();
            await Task.WhenAll(writers);
        }

        await using (var last = await ServerProcess.Start(folder.Path, ServerProcess.FreePort()))
        {
            await world.Check(new ApiClient(last.Http, null).As(token), $"the end, seed {seed}");
            Assert.Equal(0, await last.Stop());
        }

        var (code, output, errors) = await ServerProcess.Run(["verify", "--full", "--json", "--data", folder.Path]);
        Assert.True(code == 0, output + errors);
        Assert.True(world.Acknowledged > Rounds, $"Only {world.Acknowledged} commands were acknowledged in {Rounds} rounds: the test does not load the server.");
        TestContext.Current.SendDiagnosticMessage($"{world.Acknowledged} acknowledged commands survived {Rounds} kills.");
    }

    /// <summary>What was sent and what was acknowledged.</summary>
    private sealed class World
    {
        private readonly ConcurrentDictionary<string, string> registered = new();
        private readonly ConcurrentDictionary<string, byte> maybeRegistered = new();
        private readonly ConcurrentDictionary<int, (string Name, long Version)> renamed = new();
        private readonly ConcurrentDictionary<int, (string Name, string Key)> underWay = new();
        private long acknowledged;

        public List<string> Users { get; } = [];

        public long Acknowledged => Interlocked.Read(ref acknowledged);

        /// <summary>Renames the writer's user and registers new ones, until the server is gone.</summary>
        public async Task Write(ApiClient root, int writer, int round, CancellationToken ct)
        {
            try
            {
                for (var n = 0; !ct.IsCancellationRequested; n++)
                {
                    await Rename(root, writer, $"v{round}-{n}");
                    if (n % 4 == writer % 4)
                    {
                        await Register(root, $"new-{round}-{writer}-{n}@example.org");
                    }
                }
            }
            catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
            {
                // The server was killed with this request under way: it may or may not have been stored.
            }
        }

        /// <summary>Holds the server against what was acknowledged.</summary>
        public async Task Check(ApiClient root, string when)
        {
            var all = await AllUsers(root);
            for (var writer = 0; writer < Users.Count; writer++)
            {
                await CheckWriter(root, writer, all, when);
            }

            foreach (var (email, id) in registered)
            {
                Assert.True(all.TryGetValue(id, out var user) && user.GetProperty("email").GetString() == email, $"{when}: {email} was acknowledged and is not there.");
            }

            var emails = all.Values.Select(user => user.GetProperty("email").GetString()!).ToList();
            Assert.Equal(emails.Count, emails.Distinct().Count());
            Assert.All(emails.Where(email => email.StartsWith("new-", StringComparison.Ordinal)), email => Assert.True(registered.ContainsKey(email) || maybeRegistered.ContainsKey(email)));
        }

        private async Task CheckWriter(ApiClient root, int writer, Dictionary<string, JsonElement> all, string when)
        {
            // The read model alone, without waiting: ready means it has caught up.
            var user = all[Users[writer]];
            var (name, version) = renamed.GetValueOrDefault(writer, ("v0", 2));
            var shown = (user.GetProperty("name").GetString()!, user.GetProperty("version").GetInt64());
            if (shown != (name, version))
            {
                var pending = underWay.GetValueOrDefault(writer);
                Assert.True(shown == (pending.Name, version + 1), $"{when}: writer {writer} was answered {name} at version {version}, {shown} is there, {pending.Name} was under way.");
            }

            // Sent again with its key, what was under way is stored once, whether or not it had been before.
            if (underWay.TryRemove(writer, out var open))
            {
                var reply = (await root.Patch("/users/" + Users[writer], Body(open.Name), ("Idempotency-Key", open.Key))).Is(200);
                Assert.Equal((open.Name, version + 1), (reply["name"], reply.Json.GetProperty("version").GetInt64()));
                renamed[writer] = (open.Name, version + 1);
            }
        }

        private async Task Rename(ApiClient root, int writer, string name)
        {
            var key = Guid.NewGuid().ToString();
            underWay[writer] = (name, key);
            var reply = (await root.Patch("/users/" + Users[writer], Body(name), ("Idempotency-Key", key))).Is(200);
            renamed[writer] = (name, reply.Json.GetProperty("version").GetInt64());
            underWay.TryRemove(writer, out _);
            Interlocked.Increment(ref acknowledged);
        }

        private async Task Register(ApiClient root, string email)
        {
            maybeRegistered[email] = 0;
            var reply = (await root.Post("/users", $$"""{"email":"{{email}}","name":"New","type":"standard"}""")).Is(201);
            registered[email] = reply["id"];
            Interlocked.Increment(ref acknowledged);
        }

        private static string Body(string name) => $$"""{"name":"{{name}}"}""";

        private static async Task<Dictionary<string, JsonElement>> AllUsers(ApiClient root)
        {
            var all = new Dictionary<string, JsonElement>();
            string? cursor = null;
            do
            {
                var page = (await root.Get($"/users?limit=200{(cursor is null ? "" : "&cursor=" + cursor)}", ("X-Consistency-Level", "eventual"))).Is(200).Json;
                foreach (var user in page.GetProperty("items").EnumerateArray())
                {
                    Assert.True(all.TryAdd(user.GetProperty("id").GetString()!, user), "A user is listed twice.");
                }

                cursor = page.GetProperty("nextCursor").GetString();
            }
            while (cursor is not null);
            return all;
        }
    }
}
