/// What follows from the end of a person, a team or a role (XR-01...09): which events ask for it, and that it is carried out once
/// whatever happens in between.
module UmsSti.Application.Tests.FollowUpTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Kernel
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld

exception private Killed of ProcessPoint

let private effects (all: Effect[]) = [ for effect in all -> effect.Kind, effect.Recipient ]

let private reactions =
    testList
        "reactions"
        [ test "every event of users, teams, roles and processes gets an answer that is the same each time, and nothing personal" {
              let answers =
                  [ for event in Samples.users do
                        ProcessReactions.user "u" event
                    for event in TeamSamples.teams do
                        ProcessReactions.team "t" event
                    for event in TeamSamples.roles do
                        ProcessReactions.role "r" event
                    for event in Samples.processes do
                        ProcessReactions.ofProcess "verification_u_1" event ]

              for answer in answers |> Seq.collect id do
                  Expect.equal answer.Channel Channels.Processes "channel"
                  Expect.isNull answer.OnceKey "each event has its own"
                  Expect.isEmpty answer.Parameters "nothing but an id"

              Expect.isNonEmpty (List.filter (Array.isEmpty >> not) answers) "some ask for something"
          }

          test "the end of a person asks for what follows" {
              let ask kind = Samples.users |> List.filter kind |> List.collect (ProcessReactions.user "u" >> effects)
              Expect.equal (ask _.IsUserArchived) [ FollowUps.ArchivedUser, "u"; ProcessReactions.Overtake, "u" ] "XR-01"
              Expect.equal (ask _.IsUserPurged) [ FollowUps.PurgedUser, "u" ] "XR-05"
              Expect.equal (ask _.IsUserSuspended) [ FollowUps.SuspendedAdmin, "u" ] "XR-04"
              Expect.equal (ask _.IsUserEmailVerified) [ ProcessReactions.Overtake, "u" ] "the link has done its work"
              Expect.isEmpty (ask _.IsUserDeactivated) "an inactive person keeps what he has"
          }

          test "how a review ended decides" {
              let conclude outcome =
                  User.Events.AdminReviewConcluded
                      { Outcome = outcome; Note = Personal.Known "n"; By = root; At = DateTimeOffset.UnixEpoch }
                  |> ProcessReactions.user "u"
                  |> effects

              Expect.equal (conclude "terminated") [ FollowUps.ArchivedUser, "u" ] "archived"
              Expect.equal (conclude "failed") [ FollowUps.SuspendedAdmin, "u" ] "suspended again"
              Expect.isEmpty (conclude "passed") "back to work"
          }

          test "what is due soon is asked for at its time, what is due later is left to the schedule, and what is due now goes on" {
              let at = DateTimeOffset.UnixEpoch
              let failed retryAt =
                  Process.Events.StepFailed { Step = "s"; Attempt = 1; Code = "busy"; RetryAt = retryAt; At = at }
                  |> ProcessReactions.ofProcess "p"

              let soon = at.AddMinutes 64.0
              Expect.equal (failed (Some soon) |> effects) [ ProcessReactions.Advance, "p" ] "soon"
              Expect.equal (failed (Some soon) |> Array.map _.NotBefore) [| Nullable soon |] "at its time"
              Expect.isEmpty (failed (Some(at.AddMinutes 91.0))) "later"
              Expect.isEmpty (failed None) "whoever failed goes on taking back"
              Expect.isEmpty (ProcessReactions.ofProcess "p" (Process.Events.StepDone { Step = "s"; NextAt = at; At = at })) "now"
              Expect.equal
                  (ProcessReactions.ofProcess "p" (Process.Events.Resumed { By = root; At = at }) |> effects)
                  [ ProcessReactions.Advance, "p" ]
                  "resumed"
          } ]

// ---- through the door

/// The request of a reaction to the newest event of a type.
let private requestOf (house: House) kind recipient eventType : ProcessRequest =
    let recorded =
        run ((house.EventLog :> IEventLog).ReadAll(0L, 100_000, anyToken))
        |> Array.findBack (fun event -> event.EventType = eventType)

    { Kind = kind; Recipient = recipient; Cause = recorded; At = house.Time.GetUtcNow() }

let private take (app: Application) request = run (app.ProcessRequests.Take(request, anyToken))

/// What the rows of rights would show: memberships that are active although the person is archived.
let private activeMemberships (house: House) user (teams: string list) query =
    match query with
    | UpkeepQuery.MembershipsOf of' when of' = user ->
        [ for team in teams do
              if (person house team user).State = "active" then
                  ofMember team user (MembershipStep.Deactivate "gone") ]
    | _ -> []

/// A person in three teams who has just been archived.
let private leaver () =
    let firm = firm ()
    let house = firm.House
    let teams = [ firm.Org; firm.Department; firm.Project ]
    let eve = hire firm firm.Org "member" "eve"

    for team in teams.Tail do
        house.Do(root, addTo team eve "member") |> ignore

    house.Do(root, Command.ArchiveUser(eve, "left")) |> ignore
    house.Upkeep.Found <- activeMemberships house eve teams
    house, eve, teams

let private completed = ProcessAnswer.Stands(ProcessStanding.Ended Process.Outcome.Completed)
let private states house eve teams = [ for team in teams -> (person house team eve).State ]
let private count (house: House) name = house.Events |> Array.filter (fun event -> event.Type = name) |> Array.length

let private follows =
    testList
        "processes"
        [ test "memberships of an archived person end, each once, in his process's name" {
              let house, eve, teams = leaver ()
              let request = requestOf house FollowUps.ArchivedUser eve "UserArchived"
              Expect.equal (take house.App request) completed "done"
              Expect.equal (states house eve teams) [ "inactive"; "inactive"; "inactive" ] "all"
              let head = house.Head
              Expect.equal (take house.App request) completed "a repeat"
              Expect.equal (take (house.Cold()) request) completed "by another program too"
              Expect.equal house.Head head "stores nothing"
              let ended = house.Events |> Array.filter (fun event -> event.Type = "MemberDeactivated")
              Expect.equal [ for event in ended -> event.ActorId ] (List.replicate 3 "system:archived-user") "actor"

              let archived = house.Events |> Array.find (fun event -> event.Type = "UserArchived")
              Expect.equal ended[0].CorrelationId archived.CorrelationId "the chain of what prompted it"
          }

          test "where nothing is found no process is begun" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              house.Do(root, Command.ArchiveUser(ada, "left")) |> ignore
              let head = house.Head

              Expect.equal
                  (take house.App (requestOf house FollowUps.ArchivedUser ada "UserArchived"))
                  ProcessAnswer.NothingToDo
                  "nothing"

              Expect.equal house.Head head "no stream that says nothing"
          }

          for places in 1..8 do
              test $"killed after {places} places it ends as if nothing had happened" {
                  let house, eve, teams = leaver ()
                  let request = requestOf house FollowUps.ArchivedUser eve "UserArchived"
                  let id = FollowUps.id FollowUps.ArchivedUser eve request.Cause.EventId
                  let plan = FollowUps.plan FollowUps.ArchivedUser eve request.At "the request" "1"
                  run (house.App.Processes.Start(id, plan, house.Envelope root, anyToken)) |> ignore
                  let mutable left = places

                  let dying =
                      (house.Cold())
                          .ProcessesOf(
                              ProcessFlows.all,
                              fun point ->
                                  left <- left - 1

                                  if left = 0 then
                                      raise (Killed point)
                          )

                  try
                      run (dying.Advance(id, request.At, anyToken)) |> ignore
                  with Killed _ ->
                      ()

                  Expect.equal (take (house.Cold()) request) completed "the same end"
                  Expect.equal (states house eve teams) [ "inactive"; "inactive"; "inactive" ] "all"
                  Expect.equal (count house "MemberDeactivated", count house "StepDone", count house "Completed") (3, 2, 1) "once"
              }

          test "a death in the middle of a step leaves the rest to the next go" {
              let house, eve, teams = leaver ()
              let request = requestOf house FollowUps.ArchivedUser eve "UserArchived"
              let mutable left = 3

              house.EventLog.BeforeAppend <-
                  fun _ ->
                      left <- left - 1
                      if left = 0 then
                          raise (LogUnavailableException("The disk is full.", null))
                      Threading.Tasks.Task.CompletedTask

              Expect.throwsT<LogUnavailableException> (fun () -> take house.App request |> ignore) "said"
              house.EventLog.BeforeAppend <- fun _ -> Threading.Tasks.Task.CompletedTask
              Expect.contains (states house eve teams) "active" "not all of it"
              Expect.equal (take (house.Cold()) request) completed "later"
              Expect.equal (count house "MemberDeactivated") 3 "each once"
          }

          test "more than one go holds is done in several" {
              let house, eve, teams = leaver ()
              let request = requestOf house FollowUps.ArchivedUser eve "UserArchived"
              let honest = house.Upkeep.Found
              // Saying it again is allowed and changes nothing.
              let many = honest (UpkeepQuery.MembershipsOf eve) |> List.collect (List.replicate 200)
              house.Upkeep.Found <- fun query -> if query.IsMembershipsOf then many else []
              Expect.equal (take house.App request) (ProcessAnswer.Stands ProcessStanding.Underway) "there is more"
              Expect.equal (count house "StepDone") 0 "the step is not done"
              house.Upkeep.Found <- honest
              Expect.equal (take house.App request) completed "then it is"
              Expect.equal (count house "MemberDeactivated") 3 "each once"
          }

          test "what hinders is tried again at its time, and what is refused for good stands until an operator resumes it" {
              let house, eve, teams = leaver ()
              let request = requestOf house FollowUps.ArchivedUser eve "UserArchived"
              let honest = house.Upkeep.Found
              // A command no job may send: refused, and not because the world moved on.
              house.Upkeep.Found <-
                  fun query ->
                      match query with
                      | UpkeepQuery.RightsOf _ -> [ give eve null "no.such.permission" ]
                      | _ -> honest query

              let id = FollowUps.id FollowUps.ArchivedUser eve request.Cause.EventId
              let code = Rights.Decisions.UnknownPermissionCode
              Expect.equal (take house.App request) (ProcessAnswer.Stands(ProcessStanding.Standing code)) "stands"
              Expect.equal (states house eve teams) [ "inactive"; "inactive"; "inactive" ] "nothing is taken back"
              let head = house.Head
              Expect.equal (take house.App request) (ProcessAnswer.Stands(ProcessStanding.Standing code)) "still"
              Expect.equal house.Head head "and quietly"
              house.Upkeep.Found <- honest
              Expect.isTrue (run (house.App.Processes.Resume(id, house.Envelope root, anyToken))) "resumed"

              Expect.equal
                  (run (house.App.Processes.Advance(id, house.Time.GetUtcNow(), anyToken)))
                  (ProcessStanding.Ended Process.Outcome.Completed)
                  "and done"
          }

          test "a role whose name holds '_' has a process of its own" {
              let id = FollowUps.id FollowUps.RetiredRole "global.data_keeper" 7L
              Expect.equal (ProcessId.TryParse id.Value) (ValueSome id) "round trip"
              let plan = FollowUps.plan FollowUps.RetiredRole "global.data_keeper" DateTimeOffset.UnixEpoch "c" "7"
              Expect.equal plan.Facts [ "subject", "global.data_keeper" ] "and knows the role"
          }

          test "an address that is confirmed overtakes the process of the link before" {
              let house = House()
              let ada = house.Pending("standard", "ada@example.org")
              let endsAt = (house.View ada).CreatedAt.AddHours User.Decisions.VerificationHours
              let id = VerificationProcess.id ada endsAt
              house.Time.Advance(TimeSpan.FromHours 25.0)

              run (house.App.Processes.Start(id, VerificationProcess.plan endsAt 7 "run", house.Envelope root, anyToken))
              |> ignore

              run (house.App.Processes.Advance(id, house.Time.GetUtcNow(), anyToken)) |> ignore
              Expect.equal (house.View ada).SubState "expired" "expired"
              house.Do(root, Command.ResendVerification ada) |> ignore

              Expect.equal
                  (take house.App (requestOf house ProcessReactions.Overtake ada "UserVerificationResent"))
                  (ProcessAnswer.Stands(ProcessStanding.Ended(Process.Outcome.Superseded "UserVerificationResent")))
                  "over, six days early"

              Expect.equal
                  (take house.App (requestOf house ProcessReactions.Overtake ada "UserRegistrationInitiated"))
                  ProcessAnswer.NothingToDo
                  "no link before"
          }

          test "what it does not know it refuses" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let request = requestOf house "fly" ada "UserActivated"
              Expect.equal (take house.App request) ProcessAnswer.UnknownKind "kind"

              Expect.equal
                  (take house.App { request with Kind = ProcessReactions.Advance; Recipient = "x" })
                  ProcessAnswer.NothingToDo
                  "id"
          } ]

[<Tests>]
let tests = testList "Follow-ups" [ reactions; follows ]
