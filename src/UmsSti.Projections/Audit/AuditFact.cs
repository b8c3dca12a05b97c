using UmsSti.Domain;

namespace UmsSti.Projections.Audit;

/// <summary>What one event means to an auditor, beside what every event has: who, when, from where, under which ids.</summary>
/// <param name="Action">What was done, as a word of the audit vocabulary (docs/audit.md).</param>
/// <param name="ResourceType">Kind of the thing it was done to.</param>
/// <param name="ResourceId">Its id.</param>
internal readonly record struct AuditFact(string Action, string ResourceType, string ResourceId)
{
    public const string Success = "success";
    public const string Denied = "denied";
    public const string Failed = "failed";

    /// <summary>The user it is about.</summary>
    public string? Subject { get; init; }

    /// <summary>Who did it, where the metadata cannot know: a sign-in is asked for by nobody and done by the user.</summary>
    public string? Actor { get; init; }

    public string Outcome { get; init; } = Success;

    /// <summary>A stable word, or sealed text when <see cref="SealedBy"/> names whose key opens it.</summary>
    public string? Reason { get; init; }

    public string? SealedBy { get; init; }

    public byte[] Detail { get; init; } = EventDetail.None;

    /// <summary>Something done to a user.</summary>
    public static AuditFact OfUser(string action, string userId, byte[]? detail = null) =>
        new(action, "user", userId) { Subject = userId, Detail = detail ?? EventDetail.None };

    /// <summary>A fact this program has no name for: written by a newer one, and in the view all the same.</summary>
    public static AuditFact Unknown(string category, string id) => new("unknown", category, id);

    /// <summary>With a personal reason, still sealed; without one when it was erased before it was stored.</summary>
    public AuditFact Because(Personal? reason, string sealedBy) =>
        reason is not null && reason.TryGet(out var text) ? this with { Reason = text, SealedBy = sealedBy } : this;
}
