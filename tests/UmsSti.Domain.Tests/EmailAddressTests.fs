module UmsSti.Domain.Tests.EmailAddressTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Domain

let private people = [ for n in 1..5 -> Samples.person n ]

/// Three addresses, one of them in two spellings.
let private addresses = [ "ada@example.org"; "ADA@Example.org"; "grace@example.org"; "edsger@example.org" ]

let private anyEvent =
    gen {
        let! who = Gen.elements people
        let! isClaim = Gen.elements [ true; false ]

        return
            if isClaim then
                EmailAddress.Events.Claimed { UserId = who.Value; At = Samples.start }
            else
                EmailAddress.Events.Released { UserId = who.Value; Reason = "changed"; At = Samples.start }
    }

let private history = Gen.arrayOf anyEvent
let private fold = EmailAddress.Fold.fold EmailAddress.Fold.initial

let private laws =
    testList
        "laws"
        [ testProperty "folding splits anywhere"
          <| Prop.forAll (Arb.fromGen (Gen.two history)) (fun (first, second) ->
              Expect.equal (EmailAddress.Fold.fold (fold first) second) (fold (Array.append first second)) "equal")

          testProperty "claiming twice adds one event, and only the holder's claim is accepted"
          <| Prop.forAll (Arb.fromGen (Gen.zip history (Gen.elements people))) (fun (events, who) ->
              let state = fold events
              let outcome, claimed = EmailAddress.Decisions.claim Samples.start who state
              let after = EmailAddress.Fold.fold state claimed

              match EmailAddress.Queries.holder state with
              | Some holder when holder <> who.Value ->
                  let taken = EmailAddress.Decisions.Outcome.Rejected EmailAddress.Decisions.Rejected.EmailTaken
                  Expect.equal (outcome, claimed) (taken, [||]) "taken"
              | holder ->
                  Expect.equal outcome EmailAddress.Decisions.Outcome.Accepted "accepted"
                  Expect.equal claimed.Length (if holder.IsSome then 0 else 1) "once"
                  Expect.equal (EmailAddress.Queries.holder after) (Some who.Value) "held"

                  Expect.equal
                      (EmailAddress.Decisions.claim Samples.start who after)
                      (EmailAddress.Decisions.Outcome.Accepted, [||])
                      "again")

          testProperty "releasing twice adds one event, and only the holder releases"
          <| Prop.forAll (Arb.fromGen (Gen.zip history (Gen.elements people))) (fun (events, who) ->
              let state = fold events
              let release = EmailAddress.Decisions.release Samples.start who EmailAddress.ReleaseReason.Changed
              let isHolder = EmailAddress.Queries.holder state = Some who.Value
              let released = release state
              let after = EmailAddress.Fold.fold state released
              Expect.equal (released.Length = 1) isHolder "the holder's alone"
              Expect.isEmpty (release after) "once"

              if not isHolder then
                  Expect.equal after state "untouched")

          test "only the holder's release frees an address, only a free one is claimed" {
              let claimed (who: UserId) = EmailAddress.Events.Claimed { UserId = who.Value; At = Samples.start }

              let released (who: UserId) =
                  EmailAddress.Events.Released { UserId = who.Value; Reason = "changed"; At = Samples.start }

              let first, second = Samples.person 1, Samples.person 2
              let held = Some first.Value
              Expect.equal (EmailAddress.Queries.holder (fold [| claimed first; released second |])) held "another's release"
              Expect.equal (EmailAddress.Queries.holder (fold [| claimed first; claimed second |])) held "another's claim"
              Expect.isNone (EmailAddress.Queries.holder (fold [| claimed first; released first |])) "free again"
          }

          test "the refusal has a stable code" {
              Expect.equal (EmailAddress.Decisions.code EmailAddress.Decisions.Rejected.EmailTaken) "email-taken" "code"
          } ]

/// What people do to addresses, in any order.
type private Act =
    | Register of UserId * string
    | Change of UserId * string
    | Archive of UserId
    | Purge of UserId

let private act =
    let who = Gen.elements people
    let address = Gen.elements addresses

    Gen.frequency
        [ 3, Gen.map2 (fun who address -> Register(who, address)) who address
          4, Gen.map2 (fun who address -> Change(who, address)) who address
          2, Gen.map Archive who
          2, Gen.map Purge who ]

/// All streams of a tiny system, each command deciding over a user and the addresses it touches, all or nothing.
type private World = { Users: Map<string, User.Fold.State>; Addresses: Map<string, EmailAddress.Fold.State> }

let private userOf (who: UserId) world = world.Users |> Map.tryFind who.Value |> Option.defaultValue User.Fold.initial

let private addressOf (email: Email) world =
    world.Addresses |> Map.tryFind email.Normalised |> Option.defaultValue EmailAddress.Fold.initial

let private commandOf act =
    match act with
    | Register(who, address) ->
        let wish = { Samples.registration UserType.Standard with Email = Samples.email address }

        who, User.Command.Register wish, Some(Samples.email address)
    | Change(who, address) ->
        let change: User.ChangeEmail = { NewEmail = Samples.email address; VerificationRequired = true }

        who, User.Command.ChangeEmail change, Some(Samples.email address)
    | Archive who -> who, User.Command.Archive None, None
    | Purge who -> who, User.Command.Purge User.LegalBasis.ErasureRequest, None

let private withAddress (email: Email) events world =
    let state = EmailAddress.Fold.fold (addressOf email world) events

    { world with Addresses = world.Addresses.Add(email.Normalised, state) }

let private releaseOld act who before world =
    match act, User.Queries.tryEmail before with
    | Change(_, address), Some old when old <> Samples.email address ->
        let events =
            EmailAddress.Decisions.release Samples.start who EmailAddress.ReleaseReason.Changed (addressOf old world)
        withAddress old events world
    | Purge _, Some old ->
        let events =
            EmailAddress.Decisions.release Samples.start who EmailAddress.ReleaseReason.Purged (addressOf old world)
        withAddress old events world
    | _ -> world

/// The world after an act; unchanged when the user or the address refuses.
let private perform world act =
    let who, command, wanted = commandOf act
    let before = userOf who world

    let context = { Samples.context UserType.Standard Samples.start with Subject = who }

    match User.Decisions.decide context command before with
    | User.Decisions.Outcome.Rejected _, _
    | User.Decisions.Outcome.Accepted, [||] -> world
    | User.Decisions.Outcome.Accepted, events ->
        let moved = { world with Users = world.Users.Add(who.Value, User.Fold.fold before events) }

        match wanted with
        | None -> releaseOld act who before moved
        | Some email ->
            match EmailAddress.Decisions.claim Samples.start who (addressOf email world) with
            | EmailAddress.Decisions.Outcome.Rejected _, _ -> world
            | EmailAddress.Decisions.Outcome.Accepted, claimed -> moved |> withAddress email claimed |> releaseOld act who before

/// What must come out, said without events: who holds which address, archived people included.
type private Model = { Holds: Map<string, string>; Archived: Set<string>; Gone: Set<string> }

let private predict model act =
    let isFree (address: string) (who: UserId) =
        model.Holds |> Map.forall (fun holder held -> holder = who.Value || held <> address.ToLowerInvariant())

    let give (who: UserId) (address: string) = { model with Holds = model.Holds.Add(who.Value, address.ToLowerInvariant()) }

    match act with
    | Register(who, address) when
        not (model.Holds.ContainsKey who.Value) && not (model.Gone.Contains who.Value) && isFree address who
        ->
        give who address
    | Change(who, address) when model.Holds.ContainsKey who.Value && not (model.Archived.Contains who.Value) && isFree address who ->
        give who address
    | Archive who when model.Holds.ContainsKey who.Value -> { model with Archived = model.Archived.Add who.Value }
    | Purge who when model.Archived.Contains who.Value && model.Holds.ContainsKey who.Value ->
        { model with Holds = model.Holds.Remove who.Value; Gone = model.Gone.Add who.Value }
    | Register _
    | Change _
    | Archive _
    | Purge _ -> model

let private holders world =
    world.Addresses
    |> Map.toList
    |> List.choose (fun (address, state) -> EmailAddress.Queries.holder state |> Option.map (fun holder -> holder, address))

let private shown world =
    world.Users
    |> Map.toList
    |> List.choose (fun (who, state) -> User.Queries.tryEmail state |> Option.map (fun email -> who, email.Normalised))

let private uniqueness =
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with maxTest = 1000; endSize = 200 }
        "over any interleaving of register, change, archive and purge an address belongs to one user, as users and addresses both say"
    <| Prop.forAll (Arb.fromGen (Gen.listOf act)) (fun acts ->
        let empty = { Users = Map.empty; Addresses = Map.empty }

        let nobody = { Holds = Map.empty; Archived = Set.empty; Gone = Set.empty }

        let check (world, model) act =
            let world, model = perform world act, predict model act
            let held = List.sort (holders world)
            Expect.equal held (List.sort (Map.toList model.Holds)) "as predicted"
            Expect.equal held (List.sort (shown world)) "users and addresses agree"
            Expect.equal (held |> List.map snd |> List.distinct |> List.length) held.Length "one holder each"
            world, model

        List.fold check (empty, nobody) acts |> ignore)

[<Tests>]
let tests = testList "e-mail address" [ laws; uniqueness ]
