namespace UmsSti.Kernel

open System.Diagnostics.Metrics

/// The kernel's instruments, all on the meter `UmsSti.Kernel` and tagged by category only: stream names would be unbounded labels.
[<RequireQualifiedAccess>]
module Telemetry =
    /// Name of the meter, for hosts that export it.
    [<Literal>]
    let MeterName = "UmsSti.Kernel"

    let private meter = new Meter(MeterName)

    let internal unknownEvents =
        meter.CreateCounter<int64>("codec.events.unknown", "{event}", "Events whose name no codec here knows.")

    let internal replayedEvents =
        meter.CreateCounter<int64>("stream.events.replayed", "{event}", "Events read to load states; tells when a snapshot pays.")

    let internal snapshotsIgnored =
        meter.CreateCounter<int64>("snapshot.ignored", "{snapshot}", "Snapshots that did not fit; the stream was folded instead.")

    let internal snapshotsFailed =
        meter.CreateCounter<int64>("snapshot.failed", "{snapshot}", "Snapshots that could not be written.")

    let internal conflicts =
        meter.CreateCounter<int64>("stream.append.conflicts", "{conflict}", "Appends refused because the stream had moved on.")

    let internal count (counter: Counter<int64>) (n: int) (category: string) =
        if counter.Enabled then
            counter.Add(int64 n, System.Collections.Generic.KeyValuePair("category", box category))
