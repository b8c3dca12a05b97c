using UmsSti.Application;
using UmsSti.Domain;
using UserReactions = UmsSti.Domain.User.Reactions;

namespace UmsSti.Projections.Audit;

/// <summary>
/// How events of one category become facts of the audit view. A new category gets a line in <see cref="All"/>; a test fails
/// as long as it has none.
/// </summary>
/// <param name="Name">The category.</param>
/// <param name="Log">Where it is kept.</param>
/// <param name="Decoder">Reads its events with personal fields still sealed.</param>
/// <param name="Open">Makes a reader for one sink: readers remember the stream they are at.</param>
internal sealed record AuditCategory(
    string Name, SourceLog Log, EventDecoder Decoder, Func<Func<string, object, AuditFact>> Open)
{
    /// <summary>Every category of both logs.</summary>
    public static readonly IReadOnlyList<AuditCategory> All =
    [
        Of<Domain.User.Events.Event, UserAuditFacts>(UserStream.Category, SourceLog.Domain, SealedDecoders.Users, (facts, id, fact) =>
        {
            facts.UserId = id;
            return UserReactions.dispatch(facts, fact);
        }),
        Of<EmailAddress.Events.Event, AddressAuditFacts>(
            EmailAddressStream.Category, SourceLog.Domain, SealedDecoders.Addresses, (facts, _, fact) => EmailAddress.Reactions.dispatch(facts, fact)),
        Of<Domain.Team.Events.Event, TeamAuditFacts>(TeamStream.Category, SourceLog.Domain, SealedDecoders.Teams, (facts, id, fact) =>
        {
            facts.TeamId = id;
            return Domain.Team.Reactions.dispatch(facts, fact);
        }),
        Of<TeamSlug.Events.Event, TeamSlugAuditFacts>(TeamSlugStream.Category, SourceLog.Domain, SealedDecoders.TeamSlugs, (facts, id, fact) =>
        {
            facts.Slug = id;
            return TeamSlug.Reactions.dispatch(facts, fact);
        }),
        Of<Domain.Hierarchy.Events.Event, HierarchyAuditFacts>(HierarchyStream.Category, SourceLog.Domain, SealedDecoders.Hierarchies, (facts, id, fact) =>
        {
            facts.OrganizationId = id;
            return Domain.Hierarchy.Reactions.dispatch(facts, fact);
        }),
        Of<Domain.Membership.Events.Event, MembershipAuditFacts>(MembershipStream.Category, SourceLog.Domain, SealedDecoders.Memberships, (facts, id, fact) =>
        {
            facts.TurnTo(id);
            return Domain.Membership.Reactions.dispatch(facts, fact);
        }),
        Of<Role.Events.Event, RoleAuditFacts>(RoleStream.Category, SourceLog.Domain, SealedDecoders.Roles, (facts, id, fact) =>
        {
            facts.RoleId = id;
            return Role.Reactions.dispatch(facts, fact);
        }),
        Of<SystemSettings.Events.Event, SettingsAuditFacts>(
            SettingsStream.Category, SourceLog.Domain, SealedDecoders.Settings, (facts, _, fact) => SystemSettings.Reactions.dispatch(facts, fact)),
        Of<Process.Events.Event, ProcessAuditFacts>(ProcessStream.Category, SourceLog.Domain, SealedDecoders.Processes, (facts, id, fact) =>
        {
            facts.Id = id;
            return Process.Reactions.dispatch(facts, fact);
        }),
        Of<Access.Events.Event, AccessAuditFacts>(AccessStream.Category, SourceLog.Activity, SealedDecoders.Activity, OfAccess),
        Of<Access.Events.Event, AccessAuditFacts>(AccessDecisionStream.Category, SourceLog.Activity, SealedDecoders.Activity, OfAccess),
        Of<Operator.Events.Event, OperatorAuditFacts>(OperatorStream.Category, SourceLog.Activity, SealedDecoders.Operators, (facts, id, fact) =>
        {
            facts.Operator = id;
            return Operator.Reactions.dispatch(facts, fact);
        }),
        Of<Schedule.Events.Event, ScheduleAuditFacts>(ScheduleStream.Category, SourceLog.Activity, SealedDecoders.Schedules, (facts, id, fact) =>
        {
            facts.Name = id;
            return Schedule.Reactions.dispatch(facts, fact);
        }),
    ];

    private static AuditFact OfAccess(AccessAuditFacts facts, string id, Access.Events.Event fact)
    {
        facts.StreamId = id;
        return Access.Reactions.dispatch(facts, fact);
    }

    private static AuditCategory Of<TFact, TFacts>(string name, SourceLog log, EventDecoder decoder, Func<TFacts, string, TFact, AuditFact> read)
        where TFacts : new() => new(name, log, decoder, () =>
        {
            var facts = new TFacts();
            return (id, fact) => read(facts, id, (TFact)fact);
        });
}
