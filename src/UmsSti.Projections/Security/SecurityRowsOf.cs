using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.ReadModels.Security;

namespace UmsSti.Projections.Security;

/// <summary>Makes the row of a security event.</summary>
internal static class SecurityRowsOf
{
    public static SecurityRow ToRow(this SecurityFact fact, ITimelineEvent recorded, SourceLog log)
    {
        var meta = Metadata.stored(recorded);
        return new SecurityRow
        {
            At = recorded.Timestamp,
            Log = (int)log,
            Position = recorded.Position,
            EventId = recorded.EventId,
            Type = fact.Kind.Name,
            Severity = fact.Kind.Severity,
            UserId = fact.UserId,
            Actor = meta.Actor,
            Client = meta.Client,
            ClientSubject = meta.Client is null ? null : meta.ClientSubject,
            CorrelationId = meta.CorrelationId,
            Detail = fact.Detail,
        };
    }
}
