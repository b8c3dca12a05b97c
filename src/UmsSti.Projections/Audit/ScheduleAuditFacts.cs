using UmsSti.Domain;

namespace UmsSti.Projections.Audit;

/// <summary>What the runs of schedules mean to an auditor.</summary>
internal sealed class ScheduleAuditFacts : Schedule.IEventVisitor<AuditFact>
{
    /// <summary>Id part of the next event's stream: the schedule's name.</summary>
    public string Name { get; set; } = "";

    public AuditFact RunStarted(Schedule.Events.RunStarted e) => Of("start", ("runId", e.RunId), ("trigger", e.Trigger), ("slot", EventDetail.Time(e.Slot?.Value)));

    public AuditFact RunContinued(Schedule.Events.RunContinued e) => Of("continue", ("runId", e.RunId), ("done", $"{e.Done}"), ("failed", $"{e.Failed}"));

    public AuditFact RunEnded(Schedule.Events.RunEnded e)
    {
        var fact = Of("complete", ("runId", e.RunId), ("state", e.State), ("done", $"{e.Done}"), ("skipped", $"{e.Skipped}"), ("failed", $"{e.Failed}"));
        return e.State == Schedule.RunState.Succeeded.Name ? fact : fact with { Outcome = AuditFact.Failed, Reason = e.State };
    }

    private AuditFact Of(string action, params ReadOnlySpan<(string Name, string? Value)> detail) => new(action, "schedule", Name) { Detail = EventDetail.Of(detail) };
}
