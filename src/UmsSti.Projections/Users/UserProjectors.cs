using UmsSti.Kernel;
using AccessFact = UmsSti.Domain.Access.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Users;

/// <summary>The projectors about users.</summary>
public static class UserProjectors
{
    /// <summary>Fills the directory's rows from the domain log; strong reads of users wait for it.</summary>
    public const string Directory = "user-directory";

    /// <summary>Fills the last sign-ins of the directory from the activity log.</summary>
    public const string Logins = "user-logins";

    /// <summary>All of them, reading events with the codecs of the two logs.</summary>
    public static IReadOnlyList<IProjector> All<TUserContext, TAccessContext>(
        IEventCodec<UserFact, TUserContext> users, IEventCodec<AccessFact, TAccessContext> access) =>
        All(EventDecoder.Of(users), EventDecoder.Of(access));

    /// <summary>All of them; others that are given the same decoders share what is decoded.</summary>
    public static IReadOnlyList<IProjector> All(EventDecoder users, EventDecoder access) =>
    [
        new UserDirectoryProjector(users),
        new UserLoginsProjector(access),
    ];
}
