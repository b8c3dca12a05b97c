using UmsSti.Application;

namespace UmsSti.Projections;

/// <summary>Decoders that leave what is personal sealed; shared, so that each event is decoded once for all views.</summary>
internal static class SealedDecoders
{
    public static readonly EventDecoder Users = EventDecoder.Of(SealedEvents.Users);
    public static readonly EventDecoder Addresses = EventDecoder.Of(SealedEvents.Addresses);
    public static readonly EventDecoder Teams = EventDecoder.Of(SealedEvents.Teams);
    public static readonly EventDecoder TeamSlugs = EventDecoder.Of(SealedEvents.TeamSlugs);
    public static readonly EventDecoder Hierarchies = EventDecoder.Of(SealedEvents.Hierarchies);
    public static readonly EventDecoder Memberships = EventDecoder.Of(SealedEvents.Memberships);
    public static readonly EventDecoder Roles = EventDecoder.Of(SealedEvents.Roles);
    public static readonly EventDecoder Settings = EventDecoder.Of(SealedEvents.Settings);
    public static readonly EventDecoder Activity = EventDecoder.Of(SealedEvents.Activity);
    public static readonly EventDecoder Operators = EventDecoder.Of(SealedEvents.Operators);
    public static readonly EventDecoder Processes = EventDecoder.Of(SealedEvents.Processes);
    public static readonly EventDecoder Schedules = EventDecoder.Of(SealedEvents.Schedules);

    /// <summary>What those read who want users' streams only.</summary>
    public static readonly IReadOnlyDictionary<string, EventDecoder> OfUsers = new Dictionary<string, EventDecoder> { [UserStream.Category] = Users };
}
