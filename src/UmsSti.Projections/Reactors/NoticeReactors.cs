using UmsSti.Application;
using UmsSti.Kernel;
using AccessFact = UmsSti.Domain.Access.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Reactors;

/// <summary>The reactors that tell people what has happened (RE-10); what they say is decided in <see cref="NoticeReactions"/>.</summary>
public static class NoticeReactors
{
    /// <summary>Notices from users' streams.</summary>
    public const string Users = "notices-users";

    /// <summary>Notices from the activity log.</summary>
    public const string Access = "notices-access";

    /// <summary>All of them, reading events with the codecs of the two logs.</summary>
    public static IReadOnlyList<IReactor> All<TUserContext, TAccessContext>(
        IEventCodec<UserFact, TUserContext> users, IEventCodec<AccessFact, TAccessContext> access) =>
    [
        new Reactor<UserFact>(Users, SourceLog.Domain, UserStream.Category, Decoder(users), NoticeReactions.user),
        new Reactor<AccessFact>(Access, SourceLog.Activity, AccessDecisionStream.Category, Decoder(access), NoticeReactions.access),
    ];

    private static Func<ITimelineEvent, TFact?> Decoder<TFact, TContext>(IEventCodec<TFact, TContext> codec)
        where TFact : class =>
        recorded => codec.Decode(recorded) is { IsSome: true } known ? known.Value : null;

    private sealed class Reactor<TFact>(string name, SourceLog log, string category, Func<ITimelineEvent, TFact?> decode, Func<string, TFact, Effect[]> react) : IReactor
        where TFact : class
    {
        public string Name => name;

        public SourceLog Log => log;

        public ReactorStart Start => ReactorStart.Head;

        public bool Wants(StreamName stream) => stream.IsIn(category);

        public IReadOnlyList<Effect> React(RecordedEvent recorded) =>
            decode(recorded) is { } fact ? react(recorded.Stream.Id.Value, fact) : [];
    }
}
