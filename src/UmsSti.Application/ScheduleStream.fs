namespace UmsSti.Application

open UmsSti.Domain
open UmsSti.Kernel

/// `Schedule-{name}` in the activity log: the runs of one schedule. Holds nothing personal.
[<RequireQualifiedAccess>]
module ScheduleStream =
    [<Literal>]
    let Category = "Schedule"

    let streamId (name: string) = StreamId.gen id name

    let codec (sealing: Sealing) = sealing.Codec<Schedule.Events.Event>(fun _ -> ValueNone)
