using UmsSti.Kernel;

namespace UmsSti.Projections.Users;

/// <summary>What an event is in the timeline: its kind, who did it, and details without personal data.</summary>
internal readonly record struct Fact(string Kind, string Actor, byte[] Detail)
{
    /// <summary>A change of state. Details without a value are left out.</summary>
    public static Fact State(string actor, params ReadOnlySpan<(string Name, string? Value)> details) => new("state", actor, EventDetail.Of(details));

    /// <summary>A change of what is known about the person; names the fields only.</summary>
    public static Fact Profile(string actor, IEnumerable<string> fields) => new("profile", actor, EventDetail.Fields(fields));

    /// <summary>Something given or taken: permissions and roles. Details without a value are left out.</summary>
    public static Fact Permission(string actor, params ReadOnlySpan<(string Name, string? Value)> details) => new("permission", actor, EventDetail.Of(details));

    /// <summary>Something about teams.</summary>
    public static Fact Membership(string actor, params ReadOnlySpan<(string Name, string? Value)> details) => new("membership", actor, EventDetail.Of(details));

    /// <summary>Something about signing in.</summary>
    public static Fact Session(string actor, params ReadOnlySpan<(string Name, string? Value)> details) => new("session", actor, EventDetail.Of(details));

    public TimelineRow ToRow(ITimelineEvent recorded, SourceLog log) =>
        new(recorded.Timestamp, (int)log, recorded.Position, Kind, recorded.EventType, Actor, Detail);
}
