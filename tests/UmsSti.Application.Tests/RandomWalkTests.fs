/// Random callers send random commands; whatever they do, answers, streams, addresses and memory agree.
module UmsSti.Application.Tests.RandomWalkTests

open System
open System.Collections.Generic
open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Application
open UmsSti.Kernel
open UmsSti.Application.Tests.World

/// One step, as numbers that are read against whoever is there when it is taken.
type Step =
    {
        Kind: int
        Caller: int
        Target: int
        Detail: int
        /// Some: the command is sent under this key, perhaps once more.
        Key: int option
        /// How far the version given lies from the one there is; None gives none.
        Behind: int option
        Minutes: int
    }

let private step =
    gen {
        let! kind = Gen.choose (0, 20)
        let! caller = Gen.choose (0, 11)
        let! target = Gen.choose (0, 7)
        let! detail = Gen.choose (0, 5)
        let! key = Gen.frequency [ 2, Gen.constant None; 1, Gen.map Some (Gen.choose (0, 9)) ]
        let! behind = Gen.frequency [ 4, Gen.constant None; 2, Gen.constant (Some 0); 1, Gen.constant (Some 1) ]
        let! minutes = Gen.frequency [ 8, Gen.choose (0, 30); 1, Gen.constant 1_500; 1, Gen.constant 140_000 ]

        return
            { Kind = kind
              Caller = caller
              Target = target
              Detail = detail
              Key = key
              Behind = behind
              Minutes = minutes }
    }

type Walk = Walk of Step list

type Arbitraries =
    static member Walk() =
        let shorter (Walk steps) = Seq.init steps.Length (fun i -> Walk(List.removeAt i steps))
        Arb.fromGenShrink (Gen.listOfLength 150 step |> Gen.map Walk, shorter)

let private email n = $"user{n}@example.org"
let private userTypes = [| "standard"; "standard"; "admin"; "system" |]
let private reasons: (string | null)[] = [| null; "odd orders"; "on leave" |]

let private commandOf (house: House) (step: Step) (target: string) : Command =
    let reason = reasons[step.Detail % reasons.Length]
    let until =
        if step.Detail < 3 then
            Nullable()
        else
            Nullable(house.Time.GetUtcNow().AddDays(float (step.Detail - 3)))

    let addressOf id =
        match run (house.App.Users.TryAddressIndex(id, anyToken)) with
        | ValueSome index when step.Detail > 0 -> index
        | _ -> "stale"

    match step.Kind with
    | 0
    | 1 ->
        let raw = registration userTypes[step.Detail % userTypes.Length] (email step.Target)
        Command.RegisterUser { raw with Activate = step.Detail > 3 }
    | 2 -> Command.CompleteRegistration { update target with Profile = fields [ "city", $"city {step.Detail}" ] }
    | 3
    | 4 -> Command.ActivateUser target
    | 5 -> Command.DeactivateUser(target, reason)
    | 6 -> Command.SuspendUser(target, reason, until)
    | 7 -> Command.UnsuspendUser(target, reason)
    | 8 -> Command.ArchiveUser(target, reason)
    | 9 -> Command.PurgeUser(target, "retention_expired")
    | 10
    | 11 -> rename target $"name {step.Detail}"
    | 12 ->
        Command.UpdateUser
            { update target with
                Profile = fields [ "bio", (if step.Detail = 0 then null else $"bio {step.Detail}") ]
                Preferences = fields [ "theme", (if step.Detail = 1 then null else $"theme {step.Detail}") ] }
    | 13
    | 14 -> Command.ChangeEmail(target, email (step.Detail + 4))
    | 15 -> Command.VerifyEmail(target, addressOf target)
    | 16 -> Command.ResendVerification target
    | 17 -> Command.ExpireVerification target
    | 18 -> Command.AutoInactivate(target, house.Time.GetUtcNow().AddDays(-100.0))
    | 19 ->
        if step.Detail < 3 then
            Command.RejectAdmin(target, reason)
        else
            Command.OpenAdminReview(target, reason)
    | _ -> Command.ConcludeAdminReview(target, [| "passed"; "failed"; "terminated" |][step.Detail % 3], reason)

/// The world of one walk, and what must hold in it.
type private Walker() =
    let house = House()
    let users = List<string>()
    let answers = Dictionary<struct (string * int), struct (Command * string)>()

    let actorOf (step: Step) =
        match step.Caller with
        | 0 -> Actors.Anonymous
        | 1
        | 2
        | 3 -> root
        | n when users.Count > 0 -> users[n % users.Count]
        | _ -> Actors.system "first"

    let targetOf (step: Step) = if users.Count = 0 then "42" else users[step.Target % users.Count]

    let agrees (accepted: Accepted) (news: EventView[]) =
        let warm = house.View accepted.User.Id
        Expect.equal (shape warm) (shape accepted.User) "the answer is the state"
        let stored =
            run ((house.EventLog :> IEventLog).LoadStream(StreamName.Parse $"User-{accepted.User.Id}", 0L, anyToken))
        Expect.equal accepted.User.Version (int64 stored.Length) "version is the number of events"
        Expect.isLessThanOrEqual (news |> Array.distinctBy _.CommandId |> Array.length) 1 "one command"
        Expect.equal accepted.Position house.Head "position of its last event, or of the head"

    member _.House = house

    member _.Take(step: Step) =
        house.Time.Advance(TimeSpan.FromMinutes(float step.Minutes))
        let actor, target = actorOf step, targetOf step
        let command = commandOf house step target

        let version =
            match step.Behind, run (house.App.Users.TryView(target, anyToken)) with
            | Some behind, ValueSome view -> view.Version - int64 behind
            | _ -> Envelope.AnyVersion

        let envelope =
            match step.Key with
            | None -> { house.Envelope actor with ExpectedVersion = version }
            | Some key -> { house.Envelope actor with ExpectedVersion = version } |> keyed $"key{key}"

        let place = step.Key |> Option.map (fun key -> struct (actor, key))
        let head = house.Head

        // Under a used key the same request is sent once more, whatever the step says.
        let command =
            match place with
            | Some place when answers.ContainsKey place ->
                let struct (earlier, _) = answers[place]
                earlier
            | _ -> command

        match house.Send(envelope, command), place with
        | Answer.Refused refusal, Some place when answers.ContainsKey place -> failtest $"a repeat was refused: {refusal.Code}"
        | Answer.Refused _, _ -> Expect.equal house.Head head "a refusal stores nothing"
        | Answer.Accepted accepted, Some place when answers.ContainsKey place ->
            Expect.isTrue accepted.Replayed "a repeat"
            Expect.equal house.Head head "a repeat stores nothing"
            let struct (_, first) = answers[place]

            if (house.View accepted.User.Id).State <> "purged" then
                Expect.equal (shape accepted.User) first "the answer of then"
        | Answer.Accepted accepted, place ->
            Expect.isFalse accepted.Replayed "done now"
            let news = house.EventsAfter head
            agrees accepted news
            place |> Option.iter (fun place -> answers[place] <- struct (command, shape accepted.User))

            if accepted.Created && not (users.Contains accepted.User.Id) then
                users.Add accepted.User.Id

    /// What must hold of the whole at the end.
    member _.Judge() =
        let cold = house.Cold()

        for id in users do
            let view = house.View id
            let folded = run (cold.Users.TryView(id, anyToken))
            Expect.equal (folded |> ValueOption.map shape) (ValueSome(shape view)) "warm and cold"

            if view.State = "purged" then
                Expect.isTrue (house.Keys.Destroyed.Contains id) "forgotten"
            else
                Expect.equal (house.Holder view.Email) (Some id) "holds his address"

        Expect.equal house.Keys.Subjects (Set.ofSeq users - house.Keys.Destroyed) "a key for everyone who is there, and no other"
        let events = house.Events
        Expect.equal (events |> Array.map _.Position) [| 1L .. house.Head |] "no gap"

        for commandId, ofCommand in events |> Array.groupBy _.CommandId do
            let span = Array.last(ofCommand).Position - ofCommand[0].Position + 1L
            Expect.equal (int64 ofCommand.Length) span $"the events of command {commandId} stand together"

let private config = { FsCheckConfig.defaultConfig with maxTest = 20; arbitrary = [ typeof<Arbitraries> ] }

[<Tests>]
let tests =
    testList
        "Random walks"
        [ testPropertyWithConfig config "answers, streams, addresses and memory agree" (fun (Walk steps) ->
              let walker = Walker()

              for step in steps do
                  walker.Take step

              walker.Judge())

          test "walks get about" {
              // The law above would hold for walks that are refused at every step, too.
              let types =
                  Gen.sampleWithSeed (Rnd 42UL) 0 8 (Gen.listOfLength 300 step)
                  |> Array.collect (fun steps ->
                      let walker = Walker()

                      for step in steps do
                          walker.Take step

                      walker.House.Events |> Array.map _.Type)
                  |> Array.distinct

              Expect.isGreaterThan types.Length 17 $"kinds of events met: {types}"
          } ]
