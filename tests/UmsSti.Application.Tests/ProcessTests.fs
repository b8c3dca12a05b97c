/// Processes through the real door: cut short between any two places and gone on with, and what becomes of links.
module UmsSti.Application.Tests.ProcessTests

open System
open System.Collections.Generic
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Kernel
open UmsSti.Application.Tests.World

/// What a killed program leaves behind: nothing but its logs.
exception private Killed of ProcessPoint

/// Suspends somebody, makes a note of it in his name, deactivates him: three steps of which the first two can be taken back.
let private threeSteps: ProcessFlow =
    { Kind = "three-steps"
      Command =
        fun step ->
            match step.Step with
            | "suspend" -> ValueSome(Command.SuspendUser(step.Id.Subject, "process", Nullable()))
            | "rename" -> ValueSome(rename step.Id.Subject "Ada Suspended")
            | "verify" -> ValueSome(Command.VerifyEmail(step.Id.Subject, "no such index"))
            | _ -> ValueNone
      Undo =
        fun step ->
            match step.Step with
            | "suspend" -> ValueSome(Command.UnsuspendUser(step.Id.Subject, "taken back"))
            | "rename" -> ValueSome(rename step.Id.Subject "Ada Lovelace")
            | _ -> ValueNone
      Judge = fun _ refusal -> Process.Result.Refused refusal.Code
      Sweep = fun _ -> ValueNone }

let private plan (house: House) (steps: string list) : Process.Decisions.Plan =
    { Steps = [ for step in steps -> { Name = step; NotBefore = house.Time.GetUtcNow(); Undoable = true } ]
      Facts = []
      StandsOnFailure = false
      CorrelationId = "the request"
      CausationId = Some "42" }

let private idOf subject run : ProcessId = { Kind = threeSteps.Kind; Subject = subject; Run = run }
let private flows: IReadOnlyList<ProcessFlow> = [| threeSteps |]

let private processes (app: Application) = app.ProcessesOf(flows, Action<_> ignore)

let private begin' (house: House) id plan =
    run ((processes house.App).Start(id, plan, house.Envelope(Actors.system "tests"), anyToken))

let private advance (house: House) (processes: Processes) id = run (processes.Advance(id, house.Time.GetUtcNow(), anyToken))

/// Types of the subject's events, and of the process's, without times and ids.
let private story (house: House) =
    house.Events |> Array.map (fun event -> (event.Stream.Split '-')[0], event.Type) |> List.ofArray

let private start steps =
    let house = House()
    let ada = house.Active("standard", "ada@example.org")
    let id = idOf ada "1"
    Expect.isTrue (begin' house id (plan house steps)) "begun"
    house, ada, id

/// Runs a process as a program that dies after so many places, is started anew with empty caches, and dies no more.
let private killedAfter places steps =
    let house, ada, id = start steps
    let mutable left = places

    let dying =
        (house.Cold())
            .ProcessesOf(
                flows,
                fun point ->
                    left <- left - 1

                    if left = 0 then
                        raise (Killed point)
            )

    let died =
        try
            advance house dying id |> ignore
            false
        with Killed _ ->
            true

    let standing = advance house (processes (house.Cold())) id
    died, house, ada, standing

let private undisturbed steps =
    let house, ada, id = start steps
    let standing = advance house (processes house.App) id
    house, ada, standing

let private link (house: House) user =
    let state = (house.View user).CreatedAt
    state.AddHours User.Decisions.VerificationHours

let private beginLink (house: House) user endsAt =
    let id = VerificationProcess.id user endsAt
    let plan = VerificationProcess.plan endsAt 7 "the run"
    run (house.App.Processes.Start(id, plan, house.Envelope(Actors.system "verification-expiry"), anyToken))
    |> ignore
    id

let private advanceLink (house: House) id = run (house.App.Processes.Advance(id, house.Time.GetUtcNow(), anyToken))

[<Tests>]
let tests =
    testList
        "Processes"
        [ for steps in [ [ "rename"; "suspend" ]; [ "suspend"; "rename"; "verify" ] ] do
              for places in 1..16 do
                  test $"""killed after {places} places of {String.Join(", ", steps)}, it ends as if nothing had happened""" {
                      let expected, _, standing = undisturbed steps
                      let died, house, _, after = killedAfter places steps
                      Expect.equal after standing "the same end"
                      Expect.equal (story house) (story expected) "the same events, none twice"
                      Expect.isTrue (died || places > 6) "it was killed"
                  }

          test "a failure takes back what was done, the latest first" {
              let house, ada, standing = undisturbed [ "suspend"; "rename"; "verify" ]
              Expect.equal
                  standing
                  (ProcessStanding.Ended(Process.Outcome.Failed "verification-for-other-address"))
                  "failed, and says why"

              let types = house.Events |> Array.filter (fun event -> event.Stream = $"User-{ada}") |> Array.map _.Type
              Expect.equal
                  (List.ofArray types)
                  [ "UserRegistrationInitiated"
                    "UserActivated"
                    "UserSuspended"
                    "UserProfileUpdated"
                    "UserProfileUpdated"
                    "UserUnsuspended" ]
                  "suspend, rename, rename back, release"
          }

          test "its commands carry its actor and the chain of what prompted it" {
              let house, _, _ = undisturbed [ "rename" ]
              let renamed = house.Events |> Array.find (fun event -> event.Type = "UserProfileUpdated")
              let started = house.Events |> Array.find (fun event -> event.Type = "Started")
              Expect.equal renamed.ActorId "system:three-steps" "actor"
              Expect.equal (renamed.CorrelationId, renamed.CausationId) ("the request", started.Stream) "chain"
              Expect.equal (started.Data.GetProperty("causationId").GetString()) "42" "and where it came from"
          }

          test "several at once on one process do each step once" {
              let house, ada, id = start [ "rename"; "suspend" ]
              house.EventLog.Mix()
              let now = house.Time.GetUtcNow()
              let shared = processes house.App
              let standings = atOnce [ for _ in 1..8 -> fun () -> shared.Advance(id, now, anyToken) ]

              for standing in standings do
                  Expect.equal standing (ProcessStanding.Ended Process.Outcome.Completed) "completed"

              let expected, _, _ = undisturbed [ "rename"; "suspend" ]
              Expect.equal (List.sort (story house)) (List.sort (story expected)) "the same events"
              Expect.equal (house.View ada).State "suspended" "done"
          }

          test "two programs on one log do each step once" {
              let house = House false
              let ada = house.Active("standard", "ada@example.org")
              let id = idOf ada "1"
              begin' house id (plan house [ "rename"; "suspend" ]) |> ignore
              house.EventLog.Mix()
              let now = house.Time.GetUtcNow()
              let programs = [ for _ in 1..4 -> processes (house.Cold()) ]
              atOnce [ for each in programs -> fun () -> each.Advance(id, now, anyToken) ] |> ignore
              let count name = house.Events |> Array.filter (fun event -> event.Type = name) |> Array.length
              Expect.equal (count "UserProfileUpdated", count "UserSuspended", count "Completed") (1, 1, 1) "once"
          }

          test "begun twice is begun once; of an unknown one nothing is known" {
              let house, ada, id = start [ "rename" ]
              Expect.isFalse (begin' house id (plan house [ "suspend" ])) "not anew"
              let find id = run ((processes house.App).Find(id, house.Time.GetUtcNow(), anyToken))
              Expect.equal (find id) (ProcessStanding.Waiting(Moments.kept (house.Time.GetUtcNow()))) "waits"
              Expect.equal (find (idOf ada "2")) ProcessStanding.Unknown "unknown"
          }

          test "where nothing can be written nothing is noted, and it goes on later" {
              let house, ada, id = start [ "rename" ]
              house.EventLog.BeforeAppend <- fun _ -> raise (LogUnavailableException("The disk is full.", null))

              Expect.throwsT<LogUnavailableException>
                  (fun () -> advance house (processes house.App) id |> ignore)
                  "said, not swallowed"

              house.EventLog.BeforeAppend <- fun _ -> Threading.Tasks.Task.CompletedTask
              Expect.equal (advance house (processes house.App) id) (ProcessStanding.Ended Process.Outcome.Completed) "later"
              Expect.equal (house.View ada).Name "Ada Suspended" "done"
          }

          test "a step this program does not know fails the process, and what was done is taken back" {
              let house, ada, standing = undisturbed [ "rename"; "fly" ]
              Expect.equal standing (ProcessStanding.Ended(Process.Outcome.Failed "unknown-step")) "failed"
              Expect.equal (house.View ada).Name "Ada Lovelace" "taken back"
          }

          test "a link that runs out expires its user, and the grace period later archives him" {
              let house = House()
              let ada = house.Pending("standard", "ada@example.org")
              let endsAt = link house ada
              let id = beginLink house ada endsAt
              Expect.equal (advanceLink house id) (ProcessStanding.Waiting endsAt) "not before its end"
              house.Time.Advance(TimeSpan.FromHours 25.0)
              Expect.equal (advanceLink house id) (ProcessStanding.Waiting(endsAt.AddDays 7.0)) "then the grace period"
              Expect.equal (house.View ada).SubState "expired" "expired"
              house.Time.Advance(TimeSpan.FromDays 6.9)
              advanceLink house id |> ignore
              Expect.equal (house.View ada).SubState "expired" "still in grace"
              house.Time.Advance(TimeSpan.FromDays 0.2)
              Expect.equal (advanceLink house id) (ProcessStanding.Ended Process.Outcome.Completed) "done"
              Expect.equal (house.View ada).SubState "archived" "archived"
          }

          test "a link sent again has a process of its own, and the old one finds nothing to do" {
              let house = House()
              let ada = house.Pending("standard", "ada@example.org")
              let first = beginLink house ada (link house ada)
              house.Time.Advance(TimeSpan.FromHours 25.0)
              advanceLink house first |> ignore
              house.Time.Advance(TimeSpan.FromDays 3.0)
              house.Do(root, Command.ResendVerification ada) |> ignore
              Expect.equal (house.View ada).SubState "pending_verification" "waits again"
              let second = beginLink house ada ((Moments.kept (house.Time.GetUtcNow())).AddHours 24.0)
              house.Time.Advance(TimeSpan.FromDays 4.5)

              Expect.equal
                  (advanceLink house first)
                  (ProcessStanding.Ended(Process.Outcome.Superseded "invalid-transition"))
                  "overtaken"

              Expect.equal (house.View ada).SubState "pending_verification" "untouched"
              advanceLink house second |> ignore
              Expect.equal (house.View ada).SubState "expired" "the second link ran out"
              house.Time.Advance(TimeSpan.FromDays 7.0)
              advanceLink house second |> ignore
              Expect.equal (house.View ada).SubState "archived" "and its grace period is over"
          }

          test "whoever confirmed in time is left alone" {
              let house = House()
              let ada = house.Pending("standard", "ada@example.org")
              let id = beginLink house ada (link house ada)
              house.Do(Actors.Anonymous, Command.VerifyEmail(ada, house.IndexOf "ada@example.org")) |> ignore
              house.Time.Advance(TimeSpan.FromDays 30.0)

              Expect.equal
                  (advanceLink house id)
                  (ProcessStanding.Ended(Process.Outcome.Superseded "invalid-transition"))
                  "overtaken"

              Expect.equal (house.View ada).State "active" "active"
          }

          test "a kind this program does not know waits for one that does" {
              let house, ada, id = start [ "rename" ]
              let other = house.App.Processes
              let standing = advance house other id
              Expect.equal standing (ProcessStanding.Waiting(Moments.kept (house.Time.GetUtcNow()))) "waits"
              Expect.equal (advance house (processes house.App) id) (ProcessStanding.Ended Process.Outcome.Completed) "then done"
              Expect.equal (house.View ada).Name "Ada Suspended" "by the one that knows it"
          }

          test "an id is read back as it was written" {
              let id = VerificationProcess.id "019ca9a5-6c00-7000-8000-000000000001" DateTimeOffset.UnixEpoch
              Expect.equal (ProcessId.TryParse id.Value) (ValueSome id) "round trip"
              Expect.equal (ProcessId.TryParse "a_b") ValueNone "not an id"
              Expect.throwsT<ArgumentException> (fun () -> ProcessStream.streamId { id with Subject = "a_b" } |> ignore) "no '_'"
          } ]
