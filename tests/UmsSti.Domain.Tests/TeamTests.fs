module UmsSti.Domain.Tests.TeamTests

open System
open Expecto
open FsCheck.FSharp
open UmsSti.Domain
open UmsSti.Domain.Tests.TeamSamples

let private accepted = Team.Decisions.Outcome.Accepted
let private rejected reason = Team.Decisions.Outcome.Rejected reason
let private isSame first second = Expect.equal second first "the same"
let private fold = Team.Fold.fold Team.Fold.initial
let private stateOf state = Team.Queries.tryState state |> ValueOption.toOption

let private words =
    [ "organization"
      "department"
      "project"
      "squad"
      "name"
      "description"
      "visibility"
      "true"
      (Samples.person 1).Value
      (Samples.person 2).Value
      (teamId 1).Value
      (teamId 2).Value ]

// Made once: finding out how to make events is slow.
let private anyEvents = Laws.histories<Team.Events.Event> words

let private history =
    gen {
        let! isBorn = Gen.elements [ true; true; true; false ]
        let! events = anyEvents
        let _, birth = Team.Decisions.decide (teamContext Samples.start) (Team.Command.Create creation) Team.Fold.initial
        return if isBorn then Array.append birth events else events
    }

let private command = Gen.elements Team.Step.All |> Gen.map teamCommand

let private laws =
    testList
        "laws"
        [ Laws.folds Team.Fold.fold Team.Fold.initial history

          Laws.forAll
              "an accepted decision, asked for again, is accepted without a second event; a refusal adds nothing"
              (Gen.zip history command)
              (fun (events, command) ->
                  let state = fold events
                  let context = teamContext Samples.start

                  match Team.Decisions.decide context command state with
                  | Team.Decisions.Outcome.Rejected _, added -> Expect.isEmpty added "refused"
                  | Team.Decisions.Outcome.Accepted, added ->
                      let after = Team.Fold.fold state added
                      Team.Decisions.decide context command after |> isSame (accepted, [||]))

          Laws.forAll "every event that is added changes the team" (Gen.zip history command) (fun (events, command) ->
              let state = fold events
              let _, added = Team.Decisions.decide (teamContext (Samples.start.AddDays 999.0)) command state

              for before, after in added |> Array.scan Team.Fold.evolve state |> Array.pairwise do
                  Expect.notEqual after before "an event that changes nothing is no event") ]

let private machine =
    Laws.machine Team.Machine.machine TeamState.All Team.Step.All (fun from step ->
        let before =
            match from with
            | None -> Team.Fold.initial
            | Some state -> team state

        // The switches are turned the other way first, so that the step changes something.
        let before =
            match from, step with
            | Some TeamState.Active, Team.Step.CompleteMaintenance ->
                let _, _, next = runTeam before Team.Step.StartMaintenance
                next
            | Some TeamState.Active, Team.Step.OpenMembership ->
                let _, _, next = runTeam before Team.Step.CloseMembership
                next
            | _ -> before

        let outcome, events, after = runTeam before step

        // A creation tells of the team and of its first executive.
        let events =
            events
            |> Array.map Samples.eventName
            |> Array.filter (fun name -> step <> Team.Step.Create || name <> "TeamOwnerAssigned")

        { IsAccepted = (outcome = accepted); Events = events; Target = stateOf after })

let private decideIn state command = Team.Decisions.decide (teamContext Samples.start) command (team state)

let private guards =
    testList
        "guards"
        [ test "a creation may activate, and makes the creator the first executive" {
              let outcome, events =
                  Team.Decisions.decide
                      (teamContext Samples.start)
                      (Team.Command.Create { creation with Activate = true })
                      Team.Fold.initial

              isSame
                  (accepted, [| "TeamCreated"; "TeamOwnerAssigned"; "TeamActivated" |])
                  (outcome, Array.map Samples.eventName events)

              isSame (set [ (Samples.person 1).Value ]) (teamDetails (fold events)).Executives
          }

          test "without an owner only system actors activate" {
              let wish = { creation with Activate = true; Owner = None }
              let context = teamContext Samples.start

              Team.Decisions.decide context (Team.Command.Create wish) Team.Fold.initial
              |> isSame (rejected Team.Decisions.Rejected.OwnerRequired, [||])

              let outcome, events =
                  Team.Decisions.decide { context with ActorIsSystem = true } (Team.Command.Create wish) Team.Fold.initial

              isSame (accepted, 2) (outcome, events.Length)
          }

          test "an inactive owner blocks activation (XR-08)" {
              for state in [ TeamState.Draft; TeamState.Inactive ] do
                  Team.Decisions.decide
                      { teamContext Samples.start with HasActiveOwner = false }
                      Team.Command.Activate
                      (team state)
                  |> isSame (rejected Team.Decisions.Rejected.OwnerNotActive, [||])
          }

          test "the last executive stays, unless he is gone for good or the team is" {
              let leave isForced = Team.Command.ReleaseExecutive(Samples.person 1, isForced)
              decideIn TeamState.Active (leave false) |> isSame (rejected Team.Decisions.Rejected.LastExecutive, [||])
              decideIn TeamState.Active (leave true) |> fst |> isSame accepted
              decideIn TeamState.Archived (leave false) |> fst |> isSame accepted

              let _, _, two = runTeam (team TeamState.Active) Team.Step.AssignExecutive

              Team.Decisions.decide (teamContext Samples.start) (leave false) two |> fst |> isSame accepted
          }

          test "a field of another type of team is refused, and an end before the start" {
              let create changes =
                  Team.Decisions.decide (teamContext Samples.start) (Team.Command.Create changes) Team.Fold.initial

              create { creation with Details = [ detail TeamField.Budget "1.00" ] }
              |> isSame (rejected (Team.Decisions.Rejected.DetailNotOfType TeamField.Budget), [||])

              let project =
                  { creation with
                      Type = TeamType.Project
                      Parent = Some(teamId 2)
                      Details = [ detail TeamField.StartDate "2026-03-02"; detail TeamField.EndDate "2026-03-01" ] }

              create project |> isSame (rejected Team.Decisions.Rejected.EndBeforeStart, [||])

              decideIn TeamState.Active (Team.Command.Update { Name = None; Changes = [ TeamChange.Clear TeamField.Tools ] })
              |> isSame (rejected (Team.Decisions.Rejected.DetailNotOfType TeamField.Tools), [||])
          }

          test "a parent that is not open takes nobody" {
              for state in TeamState.All |> Array.filter (fun state -> not state.AllowsSubteams) do
                  let context = { teamContext Samples.start with ParentState = ValueSome state }

                  Team.Decisions.decide context (Team.Command.Create creation) Team.Fold.initial
                  |> isSame (rejected Team.Decisions.Rejected.ParentNotOpen, [||])

                  Team.Decisions.decide context (teamCommand Team.Step.Move) (team TeamState.Active)
                  |> isSame (rejected Team.Decisions.Rejected.ParentNotOpen, [||])
          }

          test "another creation of the same team is refused, settings are bounded" {
              decideIn TeamState.Draft (Team.Command.Create { creation with Name = teamName "Other" })
              |> isSame (rejected Team.Decisions.Rejected.AlreadyCreated, [||])

              let settings = [ for n in 0 .. TeamSetting.MaxCustom -> setting (TeamSetting.Custom(string n)) "x" ]

              Team.Decisions.decide
                  (teamContext Samples.start)
                  (Team.Command.Create { creation with Settings = settings })
                  Team.Fold.initial
              |> isSame (rejected (Team.Decisions.Rejected.TooManySettings TeamSetting.MaxCustom), [||])
          }

          test "updates tell only what changed, with what was there" {
              let update: Team.Update =
                  { Name = Some(teamName "Analytical Engines")
                    Changes = [ TeamChange.Set(detail TeamField.LegalName "Engines Ltd"); TeamChange.Clear TeamField.Phone ] }

              match decideIn TeamState.Active (Team.Command.Update update) with
              | Team.Decisions.Outcome.Accepted, [| Team.Events.TeamUpdated e |] ->
                  isSame
                      [| ({ Field = "legalName"; Previous = Some "Analytical Engines Ltd"; New = Some "Engines Ltd" }
                         : Team.Events.FieldChange) |]
                      e.Changes
              | other -> failtest $"{other}"
          }

          test "every refusal has a code of its own" {
              let codes =
                  [ Team.Decisions.Rejected.NotFound
                    Team.Decisions.Rejected.AlreadyCreated
                    Team.Decisions.Rejected.InvalidTransition("", "")
                    Team.Decisions.Rejected.ParentNotOpen
                    Team.Decisions.Rejected.DetailNotOfType TeamField.Budget
                    Team.Decisions.Rejected.EndBeforeStart
                    Team.Decisions.Rejected.TooManySettings 1
                    Team.Decisions.Rejected.OwnerRequired
                    Team.Decisions.Rejected.OwnerNotActive
                    Team.Decisions.Rejected.LastExecutive ]
                  |> List.map Team.Decisions.code

              isSame
                  [ "not-found"
                    "already-created"
                    "invalid-transition"
                    "parent-not-open"
                    "detail-not-of-type"
                    "end-before-start"
                    "too-many-settings"
                    "owner-required"
                    "owner-not-active"
                    "last-executive" ]
                  codes
          } ]

let private slugs =
    let anyEvent =
        gen {
            let! team = Gen.elements [ teamId 1; teamId 2; teamId 3 ]
            let! isClaim = Gen.elements [ true; false ]

            return
                if isClaim then
                    TeamSlug.Events.Claimed { TeamId = team.Value; At = Samples.start }
                else
                    TeamSlug.Events.Released { TeamId = team.Value; At = Samples.start }
        }

    let fold = TeamSlug.Fold.fold TeamSlug.Fold.initial

    testList
        "slugs"
        [ Laws.folds TeamSlug.Fold.fold TeamSlug.Fold.initial (Gen.arrayOf anyEvent)

          Laws.forAll
              "one team at most holds a slug; claims and releases are safe to repeat"
              (Gen.zip (Gen.arrayOf anyEvent) (Gen.elements [ teamId 1; teamId 2 ]))
              (fun (events, team) ->
                  let state = fold events

                  match TeamSlug.Queries.holder state, TeamSlug.Decisions.claim Samples.start team state with
                  | Some holder, (outcome, added) when holder <> team.Value ->
                      isSame (TeamSlug.Decisions.Outcome.Rejected TeamSlug.Decisions.Rejected.SlugTaken, [||]) (outcome, added)

                      isSame [||] (TeamSlug.Decisions.release Samples.start team state)
                  | _, (outcome, added) ->
                      let held = TeamSlug.Fold.fold state added
                      isSame TeamSlug.Decisions.Outcome.Accepted outcome
                      isSame (Some team.Value) (TeamSlug.Queries.holder held)
                      isSame [||] (TeamSlug.Decisions.claim Samples.start team held |> snd)
                      let freed = TeamSlug.Fold.fold held (TeamSlug.Decisions.release Samples.start team held)
                      isSame None (TeamSlug.Queries.holder freed)
                      isSame [||] (TeamSlug.Decisions.release Samples.start team freed))

          test "the refusal has a stable code" {
              isSame "slug-taken" (TeamSlug.Decisions.code TeamSlug.Decisions.Rejected.SlugTaken)
          } ]

[<Tests>]
let tests = testList "team" [ laws; machine; guards; slugs ]
