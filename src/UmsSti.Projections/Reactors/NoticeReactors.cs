using UmsSti.Application;
using UmsSti.Kernel;
using AccessFact = UmsSti.Domain.Access.Events.Event;
using MemberFact = UmsSti.Domain.Membership.Events.Event;
using TeamFact = UmsSti.Domain.Team.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Reactors;

/// <summary>The reactors that tell people what has happened (RE-10); what they say is decided in <see cref="NoticeReactions"/> and <see cref="TeamReactions"/>.</summary>
public static class NoticeReactors
{
    /// <summary>Notices from users' streams.</summary>
    public const string Users = "notices-users";

    /// <summary>Notices from the activity log.</summary>
    public const string Access = "notices-access";

    /// <summary>Notices from teams' streams.</summary>
    public const string Teams = "notices-teams";

    /// <summary>Notices from the streams of memberships.</summary>
    public const string Members = "notices-members";

    /// <summary>
    /// All of them. They read events with what is personal still sealed: effects hold nothing personal. Muted, they pass over
    /// everything and keep their place, so that nothing of that time is told later (RE-02).
    /// </summary>
    public static IReadOnlyList<IReactor> All(bool isMuted) =>
    [
        new Reactor<UserFact>(Users, SourceLog.Domain, UserStream.Category, Decoder(SealedEvents.Users), NoticeReactions.user, isMuted),
        new Reactor<AccessFact>(Access, SourceLog.Activity, AccessDecisionStream.Category, Decoder(SealedEvents.Activity), NoticeReactions.access, isMuted),
        new Reactor<TeamFact>(Teams, SourceLog.Domain, TeamStream.Category, Decoder(SealedEvents.Teams), TeamReactions.team, isMuted),
        new Reactor<MemberFact>(Members, SourceLog.Domain, MembershipStream.Category, Decoder(SealedEvents.Memberships), OfMember, isMuted),
    ];

    private static Effect[] OfMember(string stream, MemberFact fact)
    {
        var cut = stream.IndexOf('_', StringComparison.Ordinal);
        return TeamReactions.membership(stream[..cut], stream[(cut + 1)..], fact);
    }

    private static Func<ITimelineEvent, TFact?> Decoder<TFact, TContext>(IEventCodec<TFact, TContext> codec)
        where TFact : class =>
        recorded => codec.Decode(recorded) is { IsSome: true } known ? known.Value : null;

    private sealed class Reactor<TFact>(string name, SourceLog log, string category, Func<ITimelineEvent, TFact?> decode, Func<string, TFact, Effect[]> react, bool isMuted) : IReactor
        where TFact : class
    {
        public string Name => name;

        public SourceLog Log => log;

        public ReactorStart Start => ReactorStart.Head;

        public bool Wants(StreamName stream) => !isMuted && stream.IsIn(category);

        public IReadOnlyList<Effect> React(RecordedEvent recorded) =>
            decode(recorded) is { } fact ? react(recorded.Stream.Id.Value, fact) : [];
    }
}
