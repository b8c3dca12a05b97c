using System.Diagnostics;
using UmsSti.Kernel;

namespace UmsSti.Store;

/// <summary>
/// Snowflake ids (ID-10): 41 bits of milliseconds since 2023-01-01 UTC, 5 bits datacenter, 5 bits worker, 12 bits sequence. Ids only
/// ever grow, on any number of threads. A used-up millisecond waits for the next one; a clock that stepped back is not waited for:
/// ids go on from the last timestamp until the clock has passed it again.
/// </summary>
public sealed class SnowflakeEventIds : IEventIds
{
    private const int SequenceBits = 12;
    private const int NodeBits = 5;
    private const int TimestampShift = SequenceBits + NodeBits + NodeBits;
    private const long SequenceMask = (1L << SequenceBits) - 1;

    /// <summary>How long a used-up millisecond waits for a clock that does not move before it goes on without it.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(5);

    private readonly TimeProvider _time;
    private readonly long _node;
    private long _last; // timestamp and sequence, without the node

    /// <param name="newestStored">The largest id stored anywhere by this installation; 0 when there is none.</param>
    /// <param name="datacenter">0 to 31.</param>
    /// <param name="worker">0 to 31.</param>
    /// <param name="time">The clock; the system's when null.</param>
    public SnowflakeEventIds(long newestStored = 0, int datacenter = 0, int worker = 0, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(newestStored);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)datacenter, 31u, nameof(datacenter));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)worker, 31u, nameof(worker));
        _time = time ?? TimeProvider.System;
        _node = ((long)datacenter << (SequenceBits + NodeBits)) | ((long)worker << SequenceBits);
        _last = (newestStored >> TimestampShift << SequenceBits) | (newestStored & SequenceMask);
    }

    /// <summary>Where timestamps count from.</summary>
    public static DateTimeOffset Epoch { get; } = new(2023, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc />
    public long Next()
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var now = Now();
            if (now <= last >> SequenceBits && (last & SequenceMask) == SequenceMask)
                now = WaitBeyond(last >> SequenceBits);
            var next = now > last >> SequenceBits ? now << SequenceBits : last + 1;
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return (next >> SequenceBits << TimestampShift) | _node | (next & SequenceMask);
        }
    }

    /// <summary>Takes an id apart: when it was made, where, and its number within the millisecond.</summary>
    public static (DateTimeOffset Time, int Datacenter, int Worker, int Sequence) Parse(long id) =>
        (Epoch.AddMilliseconds(id >> TimestampShift),
            (int)(id >> (SequenceBits + NodeBits)) & 31,
            (int)(id >> SequenceBits) & 31,
            (int)(id & SequenceMask));

    private long Now() => (_time.GetUtcNow() - Epoch).Ticks / TimeSpan.TicksPerMillisecond;

    private long WaitBeyond(long timestamp)
    {
        var started = Stopwatch.GetTimestamp();
        var spinner = new SpinWait();
        var now = Now();

        // A clock that is behind stepped back: waiting for it could take a day.
        while (now == timestamp && Stopwatch.GetElapsedTime(started) < MaxWait)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
            now = Now();
        }

        return now;
    }
}
