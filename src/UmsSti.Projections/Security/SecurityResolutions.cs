using UmsSti.Domain;
using UmsSti.Kernel;
using UmsSti.ReadModels.Security;

namespace UmsSti.Projections.Security;

/// <summary>Makes the row that settles a security event.</summary>
internal static class SecurityResolutions
{
    /// <summary>Null for a log this program does not know. The note stays sealed: by the key of the operator, whose stream it stands in.</summary>
    public static SecurityResolution? Of(ITimelineEvent recorded, Operator.Events.SecurityEventResolved resolved) => LogOf(resolved.Log) is { } log
        ? new SecurityResolution
        {
            Log = (int)log,
            Position = resolved.Position,
            At = recorded.Timestamp,
            By = recorded.Stream.Id.Value,
            EventId = recorded.EventId,
            RecordedAt = recorded.Position,
            Note = resolved.Note.TryGet(out var note) ? note : null,
        }
        : null;

    private static SourceLog? LogOf(string name) => name switch
    {
        "domain" => SourceLog.Domain,
        "activity" => SourceLog.Activity,
        _ => null,
    };
}
