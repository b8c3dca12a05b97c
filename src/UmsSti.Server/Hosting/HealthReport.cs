using UmsSti.Application;
using UmsSti.Projections.Users;
using UmsSti.ReadModels.Dues;

namespace UmsSti.Server.Hosting;

/// <summary>Measures what health is judged by (FS-86, OB-04); the judgement itself is <see cref="Health"/>.</summary>
internal sealed class HealthReport(Installation house, Readiness readiness)
{
    // The projectors whose rows strong reads of the API show.
    private static readonly HashSet<string> Strong = [UserProjectors.Directory, UserProjectors.Logins, UserProjectors.Timeline, UserProjectors.TimelineSessions];

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
            .Select(one => new ConsumerReading(one.Name, one.LagSeconds, one.Parked, one.State == "faulted", Strong.Contains(one.Name)));
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
