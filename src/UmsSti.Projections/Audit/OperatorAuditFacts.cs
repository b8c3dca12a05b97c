using UmsSti.Domain;

namespace UmsSti.Projections.Audit;

/// <summary>What the operator's hand on the machinery means to an auditor.</summary>
internal sealed class OperatorAuditFacts : Operator.IEventVisitor<AuditFact>
{
    /// <summary>Id part of the next event's stream: the operator, whose key seals his reasons.</summary>
    public string Operator { get; set; } = "";

    public AuditFact ProjectionRebuildRequested(Operator.Events.ProjectionRebuildRequested e) => new("rebuild", "read-model", e.Model);

    public AuditFact ParkedStreamRetried(Operator.Events.ParkedStreamRetried e) =>
        new("retry", "projection", e.Projection) { Detail = EventDetail.Of(("stream", e.Stream)) };

    public AuditFact ParkedStreamSkipped(Operator.Events.ParkedStreamSkipped e) =>
        new AuditFact("skip", "projection", e.Projection) { Detail = EventDetail.Of(("stream", e.Stream), ("fromPosition", $"{e.FromPosition}"), ("extent", e.Extent)) }.Because(e.Reason, Operator);

    public AuditFact OutboxItemRetried(Operator.Events.OutboxItemRetried e) => new("retry", "outbox-item", e.ItemId);

    public AuditFact OutboxItemSkipped(Operator.Events.OutboxItemSkipped e) => new AuditFact("skip", "outbox-item", e.ItemId).Because(e.Reason, Operator);

    public AuditFact FailedReactionRetried(Operator.Events.FailedReactionRetried e) =>
        new("retry", "reactor", e.Reactor) { Detail = EventDetail.Of(("position", $"{e.Position}")) };

    public AuditFact WebhookReplayed(Operator.Events.WebhookReplayed e) =>
        new("replay", "webhook", e.EndpointId) { Detail = EventDetail.Of(("fromPosition", $"{e.FromPosition}")) };

    public AuditFact AuditExported(Operator.Events.AuditExported e) => new("export", "audit", e.Format)
    {
        Detail = EventDetail.Of(("from", EventDetail.Time(e.From?.Value)), ("to", EventDetail.Time(e.To?.Value))),
    };

    public AuditFact SecurityEventResolved(Operator.Events.SecurityEventResolved e) =>
        new AuditFact("resolve", "security-event", $"{e.Log}-{e.Position}").Because(e.Note, Operator);
}
