using UmsSti.Application;
using UmsSti.Projections.Dues;
using UmsSti.Projections.Outbox;
using UmsSti.ReadModels.Dues;

namespace UmsSti.Server.Hosting;

/// <summary>Measures what health is judged by (FS-86, OB-04); the judgement itself is <see cref="Health"/>.</summary>
internal sealed class HealthReport(Installation house, Readiness readiness)
{
    // What only schedules wait for; strong reads of the API wait for the others.
    private static readonly HashSet<string> Background = [DuesProjector.ProjectorName];

    private readonly DueDates dues = new(house.ReadModel);

    /// <summary>The state now, and everything that is not as it should be, worst first.</summary>
    public async Task<(HealthState State, IReadOnlyList<HealthFinding> Findings)> Judge(CancellationToken ct)
    {
        var findings = Health.findings(await Measure(ct));
        return (Health.judge(findings), findings);
    }

    private async Task<HealthReading> Measure(CancellationToken ct)
    {
        var consumers = house.Projections.Monitor.Statuses()
            .Select(one => new ConsumerReading(one.Name, one.LagSeconds, one.Parked, one.State == "faulted", !Background.Contains(one.Name)));
        // Nobody's read waits for a reactor; how far it is behind is in the metrics.
        var reactors = house.Reactors.Statuses().Select(one => new ConsumerReading(one.Name, 0, one.Failed, one.Error is not null, isStrong: false));
        var failed = (await house.Schedules.Statuses(ct)).Where(one => one.LastRun is { State: { IsFailed: true } or { IsAbandoned: true } });
        return new HealthReading(
            house.Events.TakesWrites,
            house.Activity.TakesWrites,
            [.. consumers, .. reactors],
            await dues.CountAsync(DueKind.Standing, ct) + await DeadLetters(ct),
            [.. failed.Select(one => "schedule " + one.Name)],
            readiness.Name == "stopping");
    }

    private async Task<long> DeadLetters(CancellationToken ct) =>
        (await house.Reactors.Outbox.Totals(ct)).Where(total => total.State == OutboxState.Dead).Sum(total => total.Count);
}
