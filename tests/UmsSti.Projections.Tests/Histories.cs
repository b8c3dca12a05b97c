using Microsoft.FSharp.Core;
using UmsSti.Domain;
using AccessEvents = UmsSti.Domain.Access.Events;
using AccessFact = UmsSti.Domain.Access.Events.Event;
using Events = UmsSti.Domain.User.Events;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Tests;

/// <summary>Events by hand and at random; random ones also where the machine would not let them happen.</summary>
public static class Histories
{
    private static readonly string[] Fields = ["bio", "locale", "city"];

    public static UserFact Registered(string name, string email, string type = "standard") =>
        UserFact.NewUserRegistrationInitiated(new(type, Text(email), Text(name), [new("bio", Text("Bio of " + name))], null, "anonymous", At(0)));

    public static UserFact Renamed(string name, int minute = 1) =>
        UserFact.NewUserProfileUpdated(new([new("name", Some(Text("before")), Some(Text(name)))], "2001", At(minute)));

    public static UserFact Activated(int minute = 1) => UserFact.NewUserActivated(new("admin", "2001", At(minute)));

    public static UserFact Archived(int minute = 2) => UserFact.NewUserArchived(new(Some(Text("gone")), "2001", At(minute)));

    public static UserFact Purged(int minute = 3) => UserFact.NewUserPurged(new("retention", "system:purge", At(minute)));

    public static AccessFact LoggedIn(int minute) => AccessFact.NewUserLoggedIn(new AccessEvents.UserLoggedIn("session-" + minute, "password", At(minute + 60), At(minute)));

    public static DateTimeOffset At(int minute) => World.Start.AddMinutes(minute);

    public static string Id(int number) => (2_000_000 + number).ToString();

    /// <summary>A registration and then anything.</summary>
    public static IEnumerable<UserFact> Any(Random random, string id, int length)
    {
        yield return random.Next(3) == 0
            ? UserFact.NewAdminRegistrationInitiated(new(Text($"{id}@example.org"), Text("Admin " + id), Profile(random), "2001", At(0)))
            : Registered("User " + id, $"{id}@Example.org", random.Next(4) == 0 ? "system" : "standard");
        for (var step = 1; step < length; step++)
            yield return Next(random, id, step);
    }

    public static UserFact Next(Random random, string id, int step)
    {
        var (by, at) = ("20" + random.Next(10, 99), At(step));
        return random.Next(21) switch
        {
            0 => Registered("Twice " + id, $"twice{step}-{id}@example.org"),
            1 => UserFact.NewUserRegistrationCompleted(new(Profile(random), by, at)),
            2 => UserFact.NewUserActivated(new("email", by, at)),
            3 => UserFact.NewUserDeactivated(new(Text("reason " + step), by, at)),
            4 => UserFact.NewUserSuspended(new(Text("reason"), random.Next(2) == 0 ? null : FSharpOption<DateTimeOffset>.Some(At(step + 99)), by, at)),
            5 => UserFact.NewUserUnsuspended(new(Text("note"), by, at)),
            6 => random.Next(4) == 0 ? UserFact.NewUserArchived(new(null, by, at)) : Renamed("Kept " + step, step),
            7 => UserFact.NewUserPurged(new("retention", by, at)),
            8 => UserFact.NewUserReactivated(new(by, at)),
            9 => UserFact.NewUserEmailVerified(new(by, at)),
            10 => UserFact.NewUserVerificationExpired(new(by, at)),
            11 => UserFact.NewUserVerificationResent(new(At(step + 99), by, at)),
            12 => UserFact.NewUserStateAutoInactivated(new(At(0), 90, by, at)),
            13 => UserFact.NewAdminRegistrationInitiated(new(Text($"again-{id}@example.org"), Text("Again"), [], by, at)),
            14 => UserFact.NewAdminUserActivated(new(by, at)),
            15 => UserFact.NewAdminUserRejected(new(Text("no"), by, at)),
            16 => UserFact.NewAdminReviewStarted(new(Text("trigger"), by, at)),
            17 => UserFact.NewAdminReviewConcluded(new(random.Next(4) switch { 0 => "passed", 1 => "failed", 2 => "terminated", _ => "odd" }, Text("note"), by, at)),
            18 => UserFact.NewUserProfileUpdated(new(
                [new("name", null, Some(Text($"Name {random.Next(9)} {id}"))), new(Fields[random.Next(3)], null, random.Next(3) == 0 ? null : Some(Text("text " + step)))], by, at)),
            19 => UserFact.NewUserEmailChanged(new(Text("old"), Text($"E{step}-{id}@example.org"), random.Next(2) == 0, null, by, at)),
            _ => UserFact.NewUserPreferencesUpdated(new([new("key" + random.Next(3), random.Next(3) == 0 ? null : Some(Text("value " + step)))], by, at)),
        };
    }

    /// <summary>Several users' histories, interleaved.</summary>
    public static async Task Fill(this World world, int seed, int users, int length)
    {
        var random = new Random(seed);
        var open = Enumerable.Range(0, users).Select(user => (Id: Id(user), Left: new Queue<UserFact>(Any(random, Id(user), length)))).ToList();
        while (open.Count > 0)
        {
            var next = random.Next(open.Count);
            await world.Append(open[next].Id, [.. Enumerable.Range(0, Math.Min(open[next].Left.Count, random.Next(1, 4))).Select(_ => open[next].Left.Dequeue())]);
            if (random.Next(5) == 0)
                await world.Append(open[next].Id, LoggedIn(random.Next(500)));
            if (random.Next(7) == 0)
                await World.AppendRaw(world.Domain, "EmailAddress-" + random.Next(50), "Claimed", "{}", random.NextInt64());
            if (open[next].Left.Count == 0)
                open.RemoveAt(next);
        }
    }

    private static Events.ProfileValue[] Profile(Random random) => [new(Fields[random.Next(3)], Text("known " + random.Next(99)))];

    private static Personal Text(string text) => Personal.NewKnown(text);

    private static FSharpOption<Personal> Some(Personal text) => FSharpOption<Personal>.Some(text);
}
