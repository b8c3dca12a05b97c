using System.Text.Json;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Chaos;

/// <summary>
/// What <c>GET /events</c> has shown of the log, read on from where it stopped: positions without gaps, versions without gaps, and
/// every registration together with the claim of its address.
/// </summary>
internal sealed class LogCopy
{
    private const int Page = 200;

    private readonly List<string> hashes = [];
    private readonly Dictionary<string, List<long>> streams = [];
    private readonly Dictionary<string, long> registered = [];
    private readonly Dictionary<string, long> claimed = [];

    /// <summary>The last position seen.</summary>
    public long Head => hashes.Count;

    /// <summary>Users whose registration is in the log.</summary>
    public int Users => registered.Count;

    /// <summary>Reads what has come since the last call; fails at the first thing that is not as it must be.</summary>
    public async Task Follow(ApiClient root)
    {
        while (true)
        {
            var page = (await root.Get($"/events?after={Head}&limit={Page}")).Is(200).Json.GetProperty("items");
            foreach (var item in page.EnumerateArray())
            {
                Add(item);
            }

            if (page.GetArrayLength() < Page)
            {
                break;
            }
        }

        CheckPairs();
    }

    /// <summary>Number of events of a user.</summary>
    public long VersionOf(string user) => streams.TryGetValue("User-" + user, out var events) ? events.Count : 0;

    /// <summary>Where an event of a user lies, by its place in the stream.</summary>
    public long PositionOf(string user, long index) => streams["User-" + user][(int)index];

    /// <summary>Fails when what was seen before is not the beginning of the other, later copy.</summary>
    public void CheckBeginningOf(LogCopy other)
    {
        Assert.True(other.Head >= Head, $"The log ended at {Head} and ends at {other.Head} now.");
        for (var position = 0; position < hashes.Count; position++)
        {
            Assert.True(hashes[position] == other.hashes[position], $"Position {position + 1} holds another event than it did.");
        }
    }

    private void Add(JsonElement item)
    {
        var position = item.GetProperty("position").GetInt64();
        Assert.Equal(Head + 1, position);
        hashes.Add(item.GetProperty("hash").GetString()!);
        var stream = item.GetProperty("stream").GetString()!;
        if (!streams.TryGetValue(stream, out var events))
        {
            streams.Add(stream, events = []);
        }

        Assert.True(events.Count == item.GetProperty("version").GetInt64(), $"Position {position} breaks the versions of {stream}.");
        events.Add(position);
        switch (item.GetProperty("type").GetString())
        {
            case "UserRegistrationInitiated" or "AdminRegistrationInitiated":
                Assert.True(registered.TryAdd(stream["User-".Length..], position), $"{stream} is registered twice.");
                break;
            case "Claimed":
                Assert.True(claimed.TryAdd(item.GetProperty("data").GetProperty("userId").GetString()!, position), $"Position {position} claims a second address for one user.");
                break;
        }
    }

    /// <summary>One append wrote both, so only events of the same user lie between them.</summary>
    private void CheckPairs()
    {
        Assert.Equal(registered.Keys.Order(), claimed.Keys.Order());
        foreach (var (user, position) in registered)
        {
            var between = claimed[user] - position - 1;
            Assert.True(between >= 0 && VersionOf(user) > between && PositionOf(user, between) == position + between, $"Registration and claim of {user} were not stored together.");
        }
    }
}
