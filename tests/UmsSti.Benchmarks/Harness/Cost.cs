using System.Globalization;

namespace UmsSti.Benchmarks.Harness;

/// <summary>
/// What a measured stretch cost this process beside its time: processor time of all threads, and the time they stood still for the
/// garbage collector. On a busy machine these say more than the clock.
/// </summary>
internal readonly record struct Cost(TimeSpan Processor, TimeSpan Collector)
{
    public static Cost SoFar() => new(Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration());

    /// <summary>Microseconds of processor and of collector for each of <paramref name="count"/> events since <paramref name="before"/>.</summary>
    public static (double Processor, double Collector) Each(Cost before, long count)
    {
        var now = SoFar();
        return ((now.Processor - before.Processor).TotalMicroseconds / count, (now.Collector - before.Collector).TotalMicroseconds / count);
    }

    /// <summary>Medians of both sides in words, for the settings of a row.</summary>
    public static string Describe(IEnumerable<(double Processor, double Collector)> ours, IEnumerable<(double Processor, double Collector)> baseline)
    {
        var (a, b) = (ours.ToArray(), baseline.ToArray());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"processor time {Median(a, cost => cost.Processor):0.0} us each against {Median(b, cost => cost.Processor):0.0} us, "
            + $"collector {Median(a, cost => cost.Collector):0.0} us against {Median(b, cost => cost.Collector):0.0} us");
    }

    private static double Median((double Processor, double Collector)[] costs, Func<(double Processor, double Collector), double> part) =>
        Statistics.Median([.. costs.Select(part)]);
}
