namespace UmsSti.Application

open System.Collections.Generic

/// How well the system does (FS-86).
[<RequireQualifiedAccess>]
type HealthState =
    | Healthy
    /// It answers, but something is late or was given up.
    | Degraded
    /// It cannot do what it is asked for.
    | Unhealthy
    /// It has stopped for good; only a new start leads out of it.
    | Failed

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Healthy -> "healthy"
        | Degraded -> "degraded"
        | Unhealthy -> "unhealthy"
        | Failed -> "failed"

/// Something that follows a log: a projector or a reactor.
type ConsumerReading =
    {
        Name: string
        /// How long it has been behind.
        LagSeconds: float
        /// Streams or effects it holds back.
        Parked: int64
        /// It has fallen over and not come back yet.
        IsFaulted: bool
        /// Strong reads wait for it.
        IsStrong: bool
    }

/// What the judgement looks at.
type HealthReading =
    {
        /// Whether the domain log took the last write it was given.
        LogTakesWrites: bool
        /// The same of the activity log, where sign-ins go.
        ActivityTakesWrites: bool
        Consumers: IReadOnlyList<ConsumerReading>
        /// Deliveries and processes that were given up.
        DeadLetters: int64
        /// Schedules whose latest run failed.
        FailedSchedules: IReadOnlyList<string>
        HasStopped: bool
    }

/// One thing that is not as it should be.
type HealthFinding = { State: HealthState; What: string; Detail: string }

/// From what is measured to a state (FS-86, OB-03, OB-04). Pure.
[<RequireQualifiedAccess>]
module Health =
    /// A consumer that is behind for longer is late (OB-03).
    [<Literal>]
    let LagLimitSeconds = 300.0

    let private finding state what detail = { State = state; What = what; Detail = detail }

    let private ofConsumer consumer =
        [ if consumer.IsFaulted then
              let state = if consumer.IsStrong then HealthState.Unhealthy else HealthState.Degraded
              finding state consumer.Name "it has fallen over and is started again"
          if consumer.LagSeconds > LagLimitSeconds then
              finding
                  HealthState.Degraded
                  consumer.Name
                  $"it is {consumer.LagSeconds:F0} s behind; {LagLimitSeconds:F0} s are allowed"
          if consumer.Parked > 0L then
              finding HealthState.Degraded consumer.Name $"it holds {consumer.Parked} back" ]

    /// Everything that is not as it should be, worst first.
    let findings (reading: HealthReading) : HealthFinding list =
        [ if reading.HasStopped then
              finding HealthState.Failed "server" "it has stopped"
          if not reading.LogTakesWrites then
              finding HealthState.Unhealthy "events.db" "the domain log takes no writes"
          if not reading.ActivityTakesWrites then
              finding HealthState.Unhealthy "activity.db" "the activity log takes no writes, so nobody can sign in"
          yield! reading.Consumers |> Seq.collect ofConsumer
          if reading.DeadLetters > 0L then
              finding HealthState.Degraded "dead letters" $"{reading.DeadLetters} were given up"
          for schedule in reading.FailedSchedules do
              finding HealthState.Degraded schedule "its latest run failed" ]
        |> List.sortByDescending _.State

    /// The state that the findings add up to: that of the worst.
    let judge (findings: HealthFinding list) =
        match findings with
        | [] -> HealthState.Healthy
        | _ -> findings |> List.map _.State |> List.max
