/// A standing is the user's fold with everything left out that no later state depends on.
module UmsSti.Domain.Tests.StandingTests

open Expecto
open UmsSti.Domain
open UmsSti.Domain.Tests.Generators

let private standingOf state : User.Standing option =
    match state with
    | User.Fold.Initial -> None
    | User.Fold.Registered user ->
        Some
            { Type = user.Type
              SubState = user.SubState
              RegisteredAt = user.CreatedAt
              ActivatedAt = user.ActivatedAt }

[<Tests>]
let tests =
    testList
        "Standing"
        [ property "follows the fold through any history" (fun (History events) ->
              let states = events |> Array.scan User.Fold.evolve User.Fold.initial |> Array.map standingOf
              let standings = events |> Array.scan User.Standing.after None
              Expect.equal standings states "step by step")

          property "an event that cannot move leaves everybody where he is" (fun (History events) ->
              (None, events)
              ||> Array.fold (fun before event ->
                  let after = User.Standing.after before event
                  Expect.isTrue (User.Standing.mayMove event || after = before) "he stays"
                  after)
              |> ignore) ]
