using UmsSti.Application;
using UmsSti.Projections.Dues;
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
        var failed = (await house.Schedules.Statuses(ct)).Where(one => one.LastRun is { State: { IsFailed: true } or { IsAbandoned: true } });
        return new HealthReading(
            house.Events.TakesWrites,
            house.Activity.TakesWrites,
            [.. consumers],
            await dues.CountAsync(DueKind.Standing, ct),
            [.. failed.Select(one => "schedule " + one.Name)],
            readiness.Name == "stopping");
    }
}
