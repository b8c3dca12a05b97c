namespace UmsSti.Application

open System
open UmsSti.Domain

/// What the end of a person, a team or a role means to everybody else (XR-01...09). Each kind is begun by the event that it
/// follows, and takes nothing back: access was gone with the event, and the record only follows. Where a step fails for good the
/// process stands until an operator looks (FS-82).
[<RequireQualifiedAccess>]
module FollowUps =
    /// XR-01: a person was archived.
    [<Literal>]
    let ArchivedUser = "archived-user"

    /// XR-05: a person was purged. What he held outside teams and his address went with the event itself.
    [<Literal>]
    let PurgedUser = "purged-user"

    /// XR-02: a team was archived.
    [<Literal>]
    let ArchivedTeam = "archived-team"

    /// XR-04: an admin was suspended.
    [<Literal>]
    let SuspendedAdmin = "suspended-admin"

    /// XR-09: a role was retired.
    [<Literal>]
    let RetiredRole = "retired-role"

    [<Literal>]
    let private Subject = "subject"

    /// The steps of a kind, in order, each with what it looks for.
    let private stepsOf kind =
        match kind with
        | ArchivedUser -> [ "memberships", UpkeepQuery.MembershipsOf; "rights", UpkeepQuery.RightsOf ]
        | PurgedUser -> [ "memberships", UpkeepQuery.MembershipsOf ]
        | ArchivedTeam -> [ "memberships", UpkeepQuery.MembershipsIn; "rights", UpkeepQuery.RightsIn ]
        | SuspendedAdmin -> [ "grants", UpkeepQuery.DroppedOf ]
        | RetiredRole -> [ "assignments", UpkeepQuery.AssignmentsOf ]
        | _ -> []

    let private kinds = [ ArchivedUser; PurgedUser; ArchivedTeam; SuspendedAdmin; RetiredRole ]

    /// Whether it is one of these kinds.
    let isKind kind = List.contains kind kinds

    /// What a process of a kind would look for; nothing for any other kind.
    let queries kind (subject: string) = stepsOf kind |> List.map (fun (_, query) -> query subject)

    /// The process that follows an event. Names of roles may hold '_', which no part of an id may.
    let id kind (subject: string) (eventId: int64) : ProcessId =
        { Kind = kind; Subject = subject.Replace('_', '~'); Run = string eventId }

    /// Everything may be done at once.
    let plan kind (subject: string) (now: DateTimeOffset) correlationId causationId : Process.Decisions.Plan =
        { Steps = [ for name, _ in stepsOf kind -> { Name = name; NotBefore = now; Undoable = false } ]
          Facts = [ Subject, subject ]
          StandsOnFailure = true
          CorrelationId = correlationId
          CausationId = Some causationId }

    let private sweep kind (step: ProcessStep) =
        match stepsOf kind |> List.tryFind (fun (name, _) -> name = step.Step), step.Facts.TryGetValue Subject with
        | Some(_, query), (true, subject) -> ValueSome(query subject)
        | _ -> ValueNone

    /// Somebody else was faster, or the last word about it is spoken: there is nothing to put on record.
    let private judge (_: ProcessStep) (refusal: Refusal) =
        match refusal.Code with
        | "invalid-transition"
        | "not-found"
        | "not-a-member" -> Process.Result.Moot refusal.Code
        | "concurrency-conflict" -> Process.Result.Hindered refusal.Code
        | code -> Process.Result.Refused code

    /// One for each kind.
    let flows: ProcessFlow list =
        [ for kind in kinds ->
              { Kind = kind
                Command = fun _ -> ValueNone
                Sweep = sweep kind
                Undo = fun _ -> ValueNone
                Judge = judge } ]

/// Every kind of process of this program.
[<RequireQualifiedAccess>]
module ProcessFlows =
    let all: System.Collections.Generic.IReadOnlyList<ProcessFlow> =
        [| VerificationProcess.flow; yield! FollowUps.flows |]
