using Microsoft.FSharp.Reflection;
using UmsSti.Domain;
using UmsSti.Projections;

namespace UmsSti.Server.Webhooks;

/// <summary>The stored names of all events an endpoint can hear of: the cases of the unions of each log.</summary>
internal static class EventNames
{
    // Events of addresses are never sent, so nobody can want them.
    private static readonly string[] OfDomain = Of(
        typeof(Domain.User.Events.Event), typeof(Domain.Team.Events.Event), typeof(TeamSlug.Events.Event), typeof(Domain.Hierarchy.Events.Event), typeof(Domain.Membership.Events.Event),
        typeof(Role.Events.Event), typeof(SystemSettings.Events.Event), typeof(Process.Events.Event));

    private static readonly string[] OfActivity = Of(typeof(Access.Events.Event), typeof(Operator.Events.Event), typeof(Schedule.Events.Event));

    /// <summary>The names of a log's events.</summary>
    public static IReadOnlyList<string> In(SourceLog log) => log == SourceLog.Domain ? OfDomain : OfActivity;

    private static string[] Of(params Type[] unions) => [.. unions.SelectMany(union => FSharpType.GetUnionCases(union, null)).Select(one => one.Name).Distinct()];
}
