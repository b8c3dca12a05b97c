using System.Diagnostics.Metrics;

namespace UmsSti.Store;

/// <summary>The meter of this room; the server subscribes to it by <see cref="Name"/>.</summary>
public static class StoreMeter
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "UmsSti.Store";

    private static readonly Meter Meter = new(Name);

    internal static readonly Histogram<double> AppendDuration = Meter.CreateHistogram<double>(
        "eventstore.append.duration", "s", "Time from the call of Append to its durable answer.");

    internal static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>(
        "eventstore.append.batch.size", "{append}", "Appends in one commit.");

    internal static readonly Counter<long> EventsAppended = Meter.CreateCounter<long>(
        "eventstore.events.appended", "{event}", "Events made durable.");

    internal static readonly Histogram<double> FsyncDuration = Meter.CreateHistogram<double>(
        "eventstore.fsync.duration", "s", "Time of one commit, which waits for the disk.");

    internal static readonly Histogram<double> PasswordHashDuration = Meter.CreateHistogram<double>(
        "password.hash.duration", "s", "Time of one password hash, without the wait for its turn.");

    internal static void ObservePosition(Func<Measurement<long>> observe) =>
        Meter.CreateObservableGauge("eventstore.position", observe, "{event}", "Position of the last durable event.");
}
