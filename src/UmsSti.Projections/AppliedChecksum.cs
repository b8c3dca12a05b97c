namespace UmsSti.Projections;

/// <summary>
/// A sum over the applied events. Addition does not mind the order, so a run that parked and caught up, one with other
/// batches, and a rebuild end with the same number; each event is mixed well before it is added, so a missing, doubled or
/// exchanged one shows.
/// </summary>
internal static class AppliedChecksum
{
    public static long Add(long checksum, long position, long eventId) =>
        unchecked(checksum + (long)Mix((ulong)position * 0x9E3779B97F4A7C15UL ^ Mix((ulong)eventId)));

    /// <summary>As it is shown: 16 hex digits.</summary>
    public static string Show(long checksum) => checksum.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    // The finaliser of MurmurHash3: every bit of the input moves half of the output.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCDUL;
        value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return value ^ (value >> 33);
    }
}
