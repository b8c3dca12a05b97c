using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Chaos;

/// <summary>A request that changes something, and the user it is about (null: a registration, whose id nobody knows yet).</summary>
internal sealed record Order(string Method, string Path, string? Json, string? Key, long? IfMatch, OwnUser? User)
{
    public Task<Reply> Send(ApiClient root)
    {
        var headers = new List<(string, string)>();
        if (Key is not null)
        {
            headers.Add(("Idempotency-Key", Key));
        }

        if (IfMatch is { } version)
        {
            headers.Add(("If-Match", $"\"{version}\""));
        }

        return root.Send(new HttpMethod(Method), Path, Json, [.. headers]);
    }
}

/// <summary>A user one writer alone changes, as the newest acknowledged answer showed him.</summary>
internal sealed class OwnUser(string id)
{
    public string Id => id;

    public long Version { get; set; }

    public string State { get; set; } = "";

    public string Name { get; set; } = "";
}

/// <summary>One client that registers users and changes them, one request after the other, and remembers every acknowledged answer.</summary>
internal sealed class Writer(int number)
{
    private readonly List<OwnUser> users = [];
    private readonly List<(Order Order, Reply Reply)> fresh = [];
    private Order? open;
    private int sent;

    /// <summary>Everybody whose registration was acknowledged.</summary>
    public IReadOnlyList<OwnUser> Users => users;

    /// <summary>Works until the server is gone; calls <paramref name="acknowledged"/> after each answer.</summary>
    public async Task Work(ApiClient root, Random random, Action acknowledged)
    {
        fresh.Clear();
        try
        {
            while (true)
            {
                open = Next(random);
                var reply = await open.Send(root);
                Acknowledge(open, reply);
                open = null;
                acknowledged();
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
        {
            // The server was killed under this request: it may or may not have been stored, and Settle finds out.
        }
    }

    /// <summary>Holds every answer of the last round against the log, and asks again for those with a key.</summary>
    public async Task CheckAnswers(ApiClient root, LogCopy log)
    {
        foreach (var (order, reply) in fresh)
        {
            var (id, version) = (reply["id"], reply.Json.GetProperty("version").GetInt64());
            Assert.True(log.VersionOf(id) >= version, $"{order.Method} {order.Path} was answered with version {version} of {id}, the log has {log.VersionOf(id)}.");

            // The answer's position is that of the last event of its append: the user's own, or the claim right after it.
            var own = log.PositionOf(id, version - 1);
            Assert.True(reply.Position - own is 0 or 1, $"{order.Method} {order.Path} was answered with position {reply.Position}, its event is at {own}.");
            if (order.Key is not null)
            {
                var again = await order.Send(root);
                Assert.Equal("true", again.Header("Idempotency-Replayed"));
                Assert.Equal((reply.Code, reply.Text, reply.Position), (again.Code, again.Text, again.Position));
            }
        }
    }

    /// <summary>
    /// Sends the request again that was under way: it is carried out once, whether or not it was stored the first time. Returns
    /// whether it had been a stored registration, which nobody could know of.
    /// </summary>
    public async Task<bool> Settle(ApiClient root, LogCopy log)
    {
        foreach (var user in users)
        {
            var extra = log.VersionOf(user.Id) - user.Version;
            Assert.True(extra == 0 || (extra == 1 && open?.User == user), $"{user.Id} was acknowledged at version {user.Version}, the log has {log.VersionOf(user.Id)}.");
        }

        if (open is not { } order)
        {
            return false;
        }

        open = null;
        var wasStored = order.User is { } target && log.VersionOf(target.Id) > target.Version;
        var reply = await order.Send(root);
        if (order.Key is null && wasStored)
        {
            reply.IsProblem(412, "version-mismatch");
            Acknowledge(order, await root.Get("/users/" + order.User!.Id));
            return false;
        }

        var replayed = reply.Header("Idempotency-Replayed") == "true";
        Assert.True(order.User is null || replayed == wasStored, $"{order.Path} was {(wasStored ? "" : "not ")}stored, and its repeat was {(replayed ? "" : "not ")}a replay.");
        Acknowledge(order, reply);
        return order.User is null && replayed;
    }

    /// <summary>Holds the read model, read without waiting, against the log: ready means it has caught up.</summary>
    public async Task CheckReadModel(ApiClient root, LogCopy log)
    {
        foreach (var id in fresh.Select(one => one.Reply["id"]).Distinct())
        {
            var shown = (await root.Get("/users/" + id, ("X-Consistency-Level", "eventual"))).Is(200);
            Assert.True(shown.Json.GetProperty("version").GetInt64() == log.VersionOf(id), $"The read model shows version {shown["version"]} of {id}, the log has {log.VersionOf(id)}.");
            var user = users.Single(one => one.Id == id);
            if (user.Version == log.VersionOf(id))
            {
                Assert.Equal((user.State, user.Name), (shown["state"], shown["name"]));
            }
        }
    }

    /// <summary>Everybody this writer ever registered stands in the log as he was last acknowledged.</summary>
    public void CheckHistory(LogCopy log) =>
        Assert.All(users, user => Assert.Equal(user.Version, log.VersionOf(user.Id)));

    private Order Next(Random random)
    {
        sent++;
        if (users.Count == 0 || random.Next(4) == 0)
        {
            var activate = random.Next(2) == 0 ? "true" : "false";
            return new("POST", "/users", $$"""{"email":"w{{number}}-{{sent}}@example.org","name":"Writer {{number}}","type":"standard","activate":{{activate}}}""", NewKey(random), null, null);
        }

        var user = users[random.Next(users.Count)];
        var (method, path, json) = random.Next(2) == 0
            ? ("PATCH", "/users/" + user.Id, $$"""{"name":"Name {{number}}-{{sent}}"}""")
            : Step(user, random);

        // Without a key there is the version, so that a repeat is never a second command.
        var key = random.Next(3) == 0 ? null : NewKey(random);
        return new(method, path, json, key, key is null || random.Next(2) == 0 ? user.Version : null, user);
    }

    private static (string Method, string Path, string? Json) Step(OwnUser user, Random random) => user.State switch
    {
        "pending" or "inactive" => ("POST", $"/users/{user.Id}/activate", null),
        "suspended" => ("POST", $"/users/{user.Id}/unsuspend", """{"note":"all is well"}"""),
        "active" => ("POST", $"/users/{user.Id}/{(random.Next(2) == 0 ? "suspend" : "deactivate")}", """{"reason":"chaos"}"""),
        _ => throw new InvalidOperationException($"A user in state {user.State} was not expected."),
    };

    private string NewKey(Random random) => $"{number}-{sent}-{random.Next():x}";

    private void Acknowledge(Order order, Reply reply)
    {
        Assert.True(reply.Code is 200 or 201, $"{order.Method} {order.Path} was answered {reply.Code}: {reply.Text}");
        var user = order.User ?? new OwnUser(reply["id"]);
        if (order.User is null)
        {
            users.Add(user);
        }

        (user.Version, user.State, user.Name) = (reply.Json.GetProperty("version").GetInt64(), reply["state"], reply["name"]);
        fresh.Add((order, reply));
    }
}
