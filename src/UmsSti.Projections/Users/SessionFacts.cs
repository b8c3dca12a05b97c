using System.Text.Json;
using UmsSti.Domain;
using UmsSti.Kernel;
using AccessFact = UmsSti.Domain.Access.Events.Event;

namespace UmsSti.Projections.Users;

/// <summary>The session facts of a timeline, from the activity log. For one thread at a time.</summary>
internal sealed class SessionFacts : Access.IEventVisitor<Fact?>
{
    private string _actor = "";

    /// <summary>What an event tells; null when it is not part of the person's history.</summary>
    public Fact? Of(ITimelineEvent recorded, AccessFact fact)
    {
        _actor = ActorOf(recorded);
        return Access.Reactions.dispatch(this, fact);
    }

    public Fact? UserLoggedIn(Access.Events.UserLoggedIn e) =>
        Fact.Session(_actor, ("sessionId", e.SessionId), ("method", e.Method), ("expiresAt", EventDetail.Time(e.ExpiresAt)));

    public Fact? UserLoggedOut(Access.Events.UserLoggedOut e) => Fact.Session(_actor, ("sessionId", e.SessionId), ("method", e.Method));

    public Fact? FailedLoginAttempt(Access.Events.FailedLoginAttempt e) => Fact.Session(_actor, ("reason", e.Reason));

    // What was asked of somebody's rights is the audit view's business, not his history.
    public Fact? AccessDenied(Access.Events.AccessDenied e) => null;

    // Of others who tried his address, the audit view tells.
    public Fact? RegistrationRefused(Access.Events.RegistrationRefused e) => null;

    public Fact? SystemBypass(Access.Events.SystemBypass e) => null;

    // Bodies of this category do not say who acted; the metadata does.
    private static string ActorOf(ITimelineEvent recorded)
    {
        var reader = new Utf8JsonReader(recorded.Meta.Span);
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("actor"u8) && reader.Read())
                return reader.GetString() ?? throw new InvalidOperationException("The actor of the event is null.");
        throw new InvalidOperationException("The event's metadata names no actor.");
    }
}
