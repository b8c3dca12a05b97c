using System.Diagnostics.Metrics;

namespace UmsSti.Projections.Schedules;

/// <summary>What dashboards see of schedules; tags are names and outcomes, never ids.</summary>
internal static class ScheduleMetrics
{
    private static readonly Meter Meter = new(ProjectionMetrics.MeterName);
    private static readonly Counter<long> Runs = Meter.CreateCounter<long>("schedule.runs", "{run}", "Runs that ended, by how.");
    private static readonly Counter<long> Items = Meter.CreateCounter<long>("schedule.items", "{item}", "Candidates acted on, by outcome.");

    public static void Ended(string schedule, ScheduleProgress run)
    {
        Runs.Add(1, new("schedule", schedule), new("state", run.State));
        Count(schedule, "done", run.Done);
        Count(schedule, "skipped", run.Skipped);
        Count(schedule, "failed", run.Failed);
    }

    private static void Count(string schedule, string outcome, int items)
    {
        if (items > 0)
            Items.Add(items, new("schedule", schedule), new("outcome", outcome));
    }
}
