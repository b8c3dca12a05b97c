namespace UmsSti.Application

open System.Collections.Generic
open System.Diagnostics
open System.Diagnostics.Metrics

/// The instruments of this room (names: field's conventions, low cardinality, never an id).
[<RequireQualifiedAccess>]
module Telemetry =
    /// The meter to listen to.
    [<Literal>]
    let MeterName = "UmsSti.Application"

    let private meter = new Meter(MeterName)
    let private duration =
        meter.CreateHistogram<float>("command.duration", "s", "From validation to the durable answer.")
    let private rejections =
        meter.CreateCounter<int64>("command.rejections", "{command}", "Commands refused, by reason.")
    let private replays =
        meter.CreateCounter<int64>("idempotency.replays", "{command}", "Commands answered from memory.")

    let internal commandAnswered (command: string) (startedAt: int64) =
        if duration.Enabled then
            duration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, KeyValuePair("command", box command))

    let internal commandRefused (code: string) =
        if rejections.Enabled then
            rejections.Add(1L, KeyValuePair("reason", box code))

    let internal commandReplayed () = replays.Add 1L
