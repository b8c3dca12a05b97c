namespace UmsSti.Benchmarks.Harness;

/// <summary>The little arithmetic the table needs.</summary>
public static class Statistics
{
    /// <summary>The middle value; the mean of the two middle ones for an even count. NaN for none.</summary>
    public static double Median(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
            return double.NaN;
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
