namespace UmsSti.Projections;

/// <summary>
/// Has the youngest garbage collected as often as a rebuild makes some megabytes of it. Left to itself the collector lets it grow to more
/// than a hundred before it looks: nearly everything a page leaves behind is garbage, and looks cheap to keep.
/// </summary>
internal sealed class Garbage(ProjectionOptions options)
{
    private long _cleared = GC.GetTotalAllocatedBytes();

    /// <summary>Collects when there is enough; called between two pages.</summary>
    public void Clear()
    {
        if (GC.GetTotalAllocatedBytes() - _cleared < options.RebuildGarbageBytes)
            return;
        GC.Collect(0);
        _cleared = GC.GetTotalAllocatedBytes();
    }
}
