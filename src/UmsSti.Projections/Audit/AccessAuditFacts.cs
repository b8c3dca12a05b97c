using UmsSti.Application;
using UmsSti.Domain;

namespace UmsSti.Projections.Audit;

/// <summary>What sign-ins, denials and bypasses mean to an auditor.</summary>
internal sealed class AccessAuditFacts : Access.IEventVisitor<AuditFact>
{
    /// <summary>Id part of the next event's stream: a user, or an actor that is none.</summary>
    public string StreamId { get; set; } = "";

    private string? User => Actors.isUser(StreamId) ? StreamId : null;

    public AuditFact UserLoggedIn(Access.Events.UserLoggedIn e) => Session(
        "authenticate/login", ("sessionId", e.SessionId), ("method", e.Method), ("expiresAt", EventDetail.Time(e.ExpiresAt))) with
    { Actor = User };

    public AuditFact UserLoggedOut(Access.Events.UserLoggedOut e) => Session("authenticate/logout", ("sessionId", e.SessionId), ("method", e.Method));

    public AuditFact FailedLoginAttempt(Access.Events.FailedLoginAttempt e) =>
        Session("authenticate/login") with { Outcome = AuditFact.Failed, Reason = e.Reason };

    public AuditFact RegistrationRefused(Access.Events.RegistrationRefused e) =>
        Session("create") with { Outcome = AuditFact.Failed, Reason = e.Reason };

    public AuditFact AccessDenied(Access.Events.AccessDenied e) =>
        Decision("authorize", e.Operation, e.Permission, e.Scope) with { Outcome = AuditFact.Denied };

    public AuditFact SystemBypass(Access.Events.SystemBypass e) => Decision("authorize/bypass", e.Operation, e.Permission, e.Scope);

    private AuditFact Session(string action, params ReadOnlySpan<(string Name, string? Value)> details) =>
        new(action, "account", StreamId) { Subject = User, Detail = EventDetail.Of(details) };

    private static AuditFact Decision(string action, string operation, string permission, string scope)
    {
        var detail = EventDetail.Of(("operation", operation), ("permission", permission), ("scope", scope));
        return scope == "global" ? new AuditFact(action, "installation", scope) { Detail = detail }
            : UserId.TryParse(scope, out _) ? AuditFact.OfUser(action, scope, detail)
            : new AuditFact(action, "team", scope) { Detail = detail };
    }
}
