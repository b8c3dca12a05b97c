using System.Collections.Frozen;

namespace UmsSti.Server.Http;

/// <summary>One kind of refusal: its stable code (kebab-case), the HTTP status it answers with, and a title for people.</summary>
public sealed record ProblemKind(string Code, int Status, string Title)
{
    /// <summary>The problem's <c>type</c> (RFC 9457).</summary>
    public string Type => "urn:ums:problem:" + Code;
}

/// <summary>
/// The one table of everything this API refuses with. Codes are part of the contract: added, never renamed.
/// Refusals of the Application carry their own code; <see cref="Find"/> gives the row for it.
/// </summary>
public static class ProblemKinds
{
    // The request itself
    public static readonly ProblemKind BadRequest = new("bad-request", 400, "The request is not well-formed HTTP.");
    public static readonly ProblemKind MalformedJson = new("malformed-json", 400, "The body is not well-formed JSON.");
    public static readonly ProblemKind InvalidHeader = new("invalid-header", 400, "A header does not have the documented form.");
    public static readonly ProblemKind InvalidIdempotencyKey = new("invalid-idempotency-key", 400, "The idempotency key does not have the documented form.");
    public static readonly ProblemKind NotFound = new("not-found", 404, "There is nothing here for you.");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", 405, "This address does not know that method.");
    public static readonly ProblemKind RequestTimeout = new("request-timeout", 408, "The request did not arrive in time.");
    public static readonly ProblemKind BodyTooLarge = new("body-too-large", 413, "The body is too large.");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported-media-type", 415, "The body is not JSON.");
    public static readonly ProblemKind ValidationFailed = new("validation-failed", 422, "Some fields are not as they must be.");
    public static readonly ProblemKind InvalidCursor = new("invalid-cursor", 422, "The cursor does not belong to this list.");
    public static readonly ProblemKind IdempotencyKeyReused = new("idempotency-key-reused", 422, "The idempotency key was used for another request.");
    public static readonly ProblemKind IdKindMismatch = new("id-kind-mismatch", 422, "The id is not of the right kind.");
    public static readonly ProblemKind UntilNotInFuture = new("until-not-in-future", 422, "The time must lie in the future.");
    public static readonly ProblemKind TooManyPreferences = new("too-many-preferences", 422, "There are too many preferences.");
    public static readonly ProblemKind HeadersTooLarge = new("headers-too-large", 431, "The headers are too large.");

    // The caller
    public static readonly ProblemKind Unauthenticated = new("unauthenticated", 401, "Sign in first.");
    public static readonly ProblemKind InvalidCredentials = new("invalid-credentials", 401, "The credentials are not right.");
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "You may not do that.");
    public static readonly ProblemKind AccountNotActive = new("account-not-active", 403, "This account may not sign in now.");
    public static readonly ProblemKind TooManyRequests = new("too-many-requests", 429, "Too many requests.");

    // The rules
    public static readonly ProblemKind RuleRefused = new("rule-refused", 409, "A rule refuses this.");
    public static readonly ProblemKind InvalidTransition = new("invalid-transition", 409, "The state does not allow this.");
    public static readonly ProblemKind EmailTaken = new("email-taken", 409, "This e-mail address is taken.");
    public static readonly ProblemKind ConcurrencyConflict = new("concurrency-conflict", 409, "Too many writers at once; try again.");
    public static readonly ProblemKind AlreadyRegistered = new("already-registered", 409, "A user with this id is registered already.");
    public static readonly ProblemKind SystemUserProtected = new("system-user-protected", 409, "System users are managed by system users only.");
    public static readonly ProblemKind SelfApprovalNotAllowed = new("self-approval-not-allowed", 409, "Nobody approves himself.");
    public static readonly ProblemKind SamePersonReview = new("same-person-review", 409, "Another person must review this.");
    public static readonly ProblemKind EmailNotVerified = new("email-not-verified", 409, "The e-mail address is not confirmed.");
    public static readonly ProblemKind VerificationExpired = new("verification-expired", 409, "The verification has expired.");
    public static readonly ProblemKind VerificationNotExpired = new("verification-not-expired", 409, "The verification has not expired yet.");
    public static readonly ProblemKind GracePeriodNotOver = new("grace-period-not-over", 409, "The grace period is not over yet.");
    public static readonly ProblemKind SuspensionNotOver = new("suspension-not-over", 409, "The suspension has not reached its end.");
    public static readonly ProblemKind VerificationForOtherAddress = new("verification-for-other-address", 409, "The verification belongs to another address.");
    public static readonly ProblemKind RegistrationAlreadyCompleted = new("registration-already-completed", 409, "The registration is complete.");
    public static readonly ProblemKind RecentlyActive = new("recently-active", 409, "The user was active too recently.");
    public static readonly ProblemKind InvalidToken = new("invalid-token", 409, "The token is wrong, used or expired.");
    public static readonly ProblemKind OutboxItemSettled = new("outbox-item-settled", 409, "This row of the outbox is in no state to be changed.");
    public static readonly ProblemKind TeamNotFound = new("team-not-found", 409, "There is no such team.");
    public static readonly ProblemKind VersionMismatch = new("version-mismatch", 412, "Somebody changed it in the meantime.");

    // This server
    public static readonly ProblemKind InternalError = new("internal-error", 500, "Something went wrong here.");
    public static readonly ProblemKind StoreUnavailable = new("store-unavailable", 503, "Nothing can be written now.");
    public static readonly ProblemKind Busy = new("busy", 503, "Too much waits already.");
    public static readonly ProblemKind ConsistencyTimeout = new("consistency-timeout", 503, "The asked position was not reached in time.");
    public static readonly ProblemKind NotReady = new("not-ready", 503, "The server is starting or stopping.");

    /// <summary>Every kind, in the order of the table above.</summary>
    public static readonly IReadOnlyList<ProblemKind> All =
    [
        BadRequest, MalformedJson, InvalidHeader, InvalidIdempotencyKey, NotFound, MethodNotAllowed, RequestTimeout,
        BodyTooLarge, UnsupportedMediaType, ValidationFailed, InvalidCursor, IdempotencyKeyReused,
        IdKindMismatch, UntilNotInFuture, TooManyPreferences, HeadersTooLarge,
        Unauthenticated, InvalidCredentials, Forbidden, AccountNotActive, TooManyRequests,
        RuleRefused, InvalidTransition, EmailTaken, ConcurrencyConflict, AlreadyRegistered, SystemUserProtected,
        SelfApprovalNotAllowed, SamePersonReview, EmailNotVerified, VerificationExpired, VerificationNotExpired,
        GracePeriodNotOver, SuspensionNotOver,
        VerificationForOtherAddress, RegistrationAlreadyCompleted, RecentlyActive, InvalidToken, OutboxItemSettled, TeamNotFound, VersionMismatch,
        .. TeamProblems.All,
        InternalError, StoreUnavailable, Busy, ConsistencyTimeout, NotReady,
    ];

    private static readonly FrozenDictionary<string, ProblemKind> ByCode = All.ToFrozenDictionary(kind => kind.Code);

    /// <summary>The kind with that code, or null.</summary>
    public static ProblemKind? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>The kind an HTTP status of the framework stands for (routing, Kestrel).</summary>
    public static ProblemKind OfStatus(int status) => status switch
    {
        401 => Unauthenticated,
        404 => NotFound,
        405 => MethodNotAllowed,
        408 => RequestTimeout,
        413 => BodyTooLarge,
        415 => UnsupportedMediaType,
        431 => HeadersTooLarge,
        >= 400 and < 500 => BadRequest,
        _ => InternalError,
    };
}
