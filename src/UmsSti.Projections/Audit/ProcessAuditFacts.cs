using UmsSti.Domain;

namespace UmsSti.Projections.Audit;

/// <summary>What the steps of a process manager mean to an auditor.</summary>
internal sealed class ProcessAuditFacts : Process.IEventVisitor<AuditFact>
{
    /// <summary>Id part of the next event's stream: kind, subject and run.</summary>
    public string Id { get; set; } = "";

    // The middle part of the id is whom the process is about.
    private string? Subject => Id.Split('_') is [_, var subject, _] ? subject : null;

    public AuditFact Started(Process.Events.Started e) => Of("start");

    public AuditFact StepDone(Process.Events.StepDone e) => Of("step", ("step", e.Step));

    public AuditFact StepFailed(Process.Events.StepFailed e) =>
        Of("step", ("step", e.Step), ("attempt", $"{e.Attempt}"), ("code", e.Code)) with { Outcome = AuditFact.Failed, Reason = e.Code };

    public AuditFact StepGivenUp(Process.Events.StepGivenUp e) =>
        Of("step", ("step", e.Step), ("attempt", $"{e.Attempt}"), ("code", e.Code)) with { Outcome = AuditFact.Failed, Reason = e.Code };

    public AuditFact StepCompensated(Process.Events.StepCompensated e) => Of("compensate", ("step", e.Step));

    public AuditFact CompensationFailed(Process.Events.CompensationFailed e) =>
        Of("compensate", ("step", e.Step), ("attempt", $"{e.Attempt}"), ("code", e.Code)) with { Outcome = AuditFact.Failed, Reason = e.Code };

    public AuditFact Resumed(Process.Events.Resumed e) => Of("resume") with { Actor = e.By };

    public AuditFact Superseded(Process.Events.Superseded e) => Of("supersede", ("step", e.Step), ("code", e.Code));

    public AuditFact Completed(Process.Events.Completed e) => Of("complete");

    public AuditFact Failed(Process.Events.Failed e) => Of("complete", ("code", e.Code)) with { Outcome = AuditFact.Failed, Reason = e.Code };

    private AuditFact Of(string action, params ReadOnlySpan<(string Name, string? Value)> detail) =>
        new(action, "process", Id) { Subject = Subject, Detail = EventDetail.Of(detail) };
}
