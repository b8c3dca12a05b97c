using Microsoft.FSharp.Core;
using UmsSti.Domain;
using AccessFact = UmsSti.Domain.Access.Events.Event;
using AddressFact = UmsSti.Domain.EmailAddress.Events.Event;
using OperatorFact = UmsSti.Domain.Operator.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Tests;

/// <summary>Random facts of every category in both logs, over some days, with clocks that also go back.</summary>
public static class ViewHistories
{
    /// <summary>Stands in every personal field the random facts have.</summary>
    public const string Mark = "quetzalcoatl";

    private static readonly string[] Actors = ["anonymous", "system:schedule", "system:command-line"];

    public static async Task FillViews(this World world, int seed, int users, int facts)
    {
        var random = new Random(seed);
        var started = new HashSet<string>();
        for (var step = 0; step < facts; step++)
        {
            var id = Histories.Id(random.Next(users));
            var actor = random.Next(4) == 0 ? Actors[random.Next(Actors.Length)] : Histories.Id(random.Next(users));
            var at = World.Start.AddMinutes((step * 20) + random.Next(-30, 30));
            await (random.Next(10) switch
            {
                < 5 => world.UserFacts(id, actor, at, [.. UserFacts(random, id, step, isFirst: started.Add(id))]),
                5 => world.AddressFacts("index-" + id, actor, at, random.Next(2) == 0 ? AddressFact.NewClaimed(new(id, at)) : AddressFact.NewReleased(new(id, "changed", at))),
                6 => world.SessionFacts(id, "anonymous", at, AccessFact.NewUserLoggedIn(new("session-" + step, random.Next(2) == 0 ? "password" : "sso", at.AddHours(1), at))),
                7 => world.DecisionFacts(random.Next(3) == 0 ? "anonymous" : id, "anonymous", at, [.. Enumerable.Repeat(AccessFact.NewFailedLoginAttempt(new("invalid_credentials", at)), random.Next(1, 5))]),
                8 => world.DecisionFacts(actor, actor, at, Decision(random, id, at)),
                _ => world.OperatorFacts(actor == "anonymous" ? id : actor, at, Operation(random, at)),
            });
        }
    }

    private static IEnumerable<UserFact> UserFacts(Random random, string id, int step, bool isFirst)
    {
        if (isFirst)
            yield return Histories.Any(random, id, 1).Single();
        for (var more = random.Next(3); more > 0; more--)
            yield return random.Next(4) == 0
                ? UserFact.NewUserSuspended(new(Personal.NewKnown(Mark + " reason"), null, "2001", Histories.At(step)))
                : Histories.Next(random, Mark + id, step);
        if (!isFirst)
            yield return UserFact.NewUserEmailVerified(new("anonymous", Histories.At(step)));
    }

    private static AccessFact Decision(Random random, string id, DateTimeOffset at)
    {
        var scope = random.Next(3) switch { 0 => "global", 1 => id, _ => "01ARZ3NDEKTSV4RRFFQ69G5FAV" };
        var permission = random.Next(2) == 0 ? "users.view" : "gdpr.manage";
        return random.Next(2) == 0 ? AccessFact.NewAccessDenied(new("GetUser", permission, scope, at)) : AccessFact.NewSystemBypass(new("GetUser", permission, scope, at));
    }

    private static OperatorFact Operation(Random random, DateTimeOffset at) => random.Next(8) switch
    {
        0 => OperatorFact.NewProjectionRebuildRequested(new("users", at)),
        1 => OperatorFact.NewParkedStreamRetried(new("user-directory", "User-1", at)),
        2 => OperatorFact.NewParkedStreamSkipped(new("user-directory", "User-1", 17, "event", Personal.NewKnown(Mark + " skip"), at)),
        3 => OperatorFact.NewOutboxItemRetried(new("17", at)),
        4 => OperatorFact.NewOutboxItemSkipped(new("17", Personal.NewKnown(Mark + " skip"), at)),
        5 => OperatorFact.NewWebhookReplayed(new("3", 12, at)),
        6 => OperatorFact.NewSecurityEventResolved(new(random.Next(2) == 0 ? "domain" : "activity", random.Next(1, 12), Personal.NewKnown(Mark + " note"), at)),
        _ => OperatorFact.NewAuditExported(new("csv", FSharpOption<DateTimeOffset>.Some(at), null, at)),
    };
}
