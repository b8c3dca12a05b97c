/// One address, one user: over registrations, changes and races.
module UmsSti.Application.Tests.AddressTests

open Expecto
open UmsSti.Application
open UmsSti.Application.Tests.World

let private register email = Command.RegisterUser(registration "standard" email)
let private count eventType (house: House) = house.Events |> Array.filter (fun event -> event.Type = eventType) |> Array.length

let private emailOf (userId: string, view: UserView) = view.Email.ToUpperInvariant(), userId

/// Who holds what, told by users and by addresses alike.
let private isConsistent (house: House) (users: string list) =
    let held = users |> List.map (fun id -> emailOf (id, house.View id))
    Expect.equal (List.distinctBy fst held) held "no address twice"

    for id in users do
        Expect.equal (house.Holder (house.View id).Email) (Some id) "the address knows its holder"

[<Tests>]
let tests =
    testList
        "Addresses"
        [ for soleWriter in [ true; false ] do
              test $"fifty registrations of one address at once: one user, no leftovers (sole writer: {soleWriter})" {
                  let house = House soleWriter
                  house.EventLog.Mix()
                  let before = house.Keys.Subjects

                  let attempt n =
                      let email = if n % 2 = 0 then "Ada@Example.org" else "ada@example.ORG"
                      Command.RegisterUser { registration "standard" email with CredentialHash = $"$argon2id${n}" }

                  let answers = atOnce [ for n in 1..50 -> fun () -> house.Start(house.Envelope Actors.Anonymous, attempt n) ]
                  let winner = Expect.wantSome (accepted answers |> Array.tryExactlyOne) "one"
                  Expect.all (refused answers) (fun refusal -> refusal.Code = "email-taken") "the others"
                  Expect.equal (count "UserRegistrationInitiated" house, count "Claimed" house) (1, 1) "one of each"
                  Expect.equal house.Head 2L "nothing else"
                  Expect.equal (house.Keys.Subjects - before) (Set [ winner.User.Id ]) "the winner's key only"
                  Expect.equal (List.ofSeq house.Credentials.Known.Keys) [ winner.User.Id ] "the winner's password only"
                  Expect.equal (house.Holder "ada@example.org") (Some winner.User.Id) "holder"
              }

          test "a change claims the new address and frees the old one in one append" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let head = house.Head
              let answer = house.Do(ada, Command.ChangeEmail(ada, "ada@example.net"))
              Expect.equal (house.TypesAfter head) [ "UserEmailChanged"; "Claimed"; "Released" ] "together"
              Expect.equal (answer.User.Email, answer.User.EmailVerified) ("ada@example.net", false) "to be confirmed"
              Expect.equal (house.Holder "ada@example.org", house.Holder "ada@example.net") (None, Some ada) "holders"
              let bob = house.Do(Actors.Anonymous, register "Ada@example.org").User.Id
              Expect.equal (house.Holder "ada@example.org") (Some bob) "free for others"
              Expect.equal (house.Refusal(ada, Command.ChangeEmail(ada, "ada@example.org"))).Code "email-taken" "no way back"
              isConsistent house [ ada; bob ]
          }

          test "there and back again" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")

              for email in [ "ada@example.net"; "ada@example.org"; "ada@example.net" ] do
                  house.Do(ada, Command.ChangeEmail(ada, email)) |> ignore
                  isConsistent house [ ada ]
          }

          test "another spelling of one's own address changes how it is shown, and no claim" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let head = house.Head
              let answer = house.Do(ada, Command.ChangeEmail(ada, "ADA@Example.org"))
              Expect.equal (house.TypesAfter head) [ "UserEmailChanged" ] "the user alone"
              Expect.equal answer.User.Email "ADA@Example.org" "as he spells it"
              let head = house.Head
              house.Do(ada, Command.ChangeEmail(ada, "ADA@Example.org")) |> ignore
              Expect.equal house.Head head "a retry changes nothing"
              isConsistent house [ ada ]
          }

          test "who may not change his address does not learn who holds another" {
              let house = House()
              house.Active("standard", "bob@example.org") |> ignore
              let ada = house.Active("standard", "ada@example.org")
              house.Do(root, Command.ArchiveUser(ada, null)) |> ignore
              Expect.equal (house.Refusal(root, Command.ChangeEmail(ada, "bob@example.org"))).Code "invalid-transition" "archived"
          }

          for soleWriter in [ true; false ] do
              test $"many users after one address, and each other's (sole writer: {soleWriter})" {
                  let house = House soleWriter
                  let users = [ for n in 1..8 -> house.Active("standard", $"user{n}@example.org") ]
                  house.EventLog.Mix()

                  for round in 1..10 do
                      let answers =
                          atOnce
                              [ for n, id in List.indexed users do
                                    // Half of them want the same address; the others want that of their neighbour.
                                    let wish =
                                        if n % 2 = 0 then
                                            $"prize{round}@example.org"
                                        else
                                            (house.View users[n - 1]).Email
                                    fun () -> house.Start(house.Envelope id, Command.ChangeEmail(id, wish)) ]

                      Expect.all
                          (refused answers)
                          (fun refusal -> refusal.Code = "email-taken" || refusal.Code = "concurrency-conflict")
                          "refused for the right reason"

                      Expect.isGreaterThanOrEqual (accepted answers).Length 1 "somebody got it"
                      isConsistent house users
              }

          test "an address that was changed meanwhile is not given up unseen" {
              // The caller is judged by the first look at the user, the old address is taken from the second; a decision that finds
              // another one must not free the wrong one.
              let house = House false
              let ada = house.Active("standard", "ada@example.org")
              let other = house.Cold()

              afterRead 2 $"User-{ada}" house.EventLog (fun () ->
                  run (other.Door.Execute(house.Envelope ada, Command.ChangeEmail(ada, "second@example.org"), anyToken))
                  |> ignore)

              match house.Send(house.Envelope root, Command.ChangeEmail(ada, "third@example.org")) with
              | Answer.Refused refusal -> Expect.equal refusal.Code "concurrency-conflict" "asked to look again"
              | Answer.Accepted _ -> failtest "decided on an address that was not his"

              isConsistent house [ ada ]
              house.Do(ada, Command.ChangeEmail(ada, "third@example.org")) |> ignore
              isConsistent house [ ada ]
              Expect.equal (house.Holder "second@example.org") None "freed"
          }

          test "an address that was given up meanwhile is not taken back as a mere spelling" {
              let house = House false
              let ada = house.Active("standard", "ada@example.org")
              let other = house.Cold()

              afterRead 2 $"User-{ada}" house.EventLog (fun () ->
                  run (other.Door.Execute(house.Envelope ada, Command.ChangeEmail(ada, "second@example.org"), anyToken))
                  |> ignore)

              match house.Send(house.Envelope root, Command.ChangeEmail(ada, "ADA@example.org")) with
              | Answer.Refused refusal -> Expect.equal refusal.Code "concurrency-conflict" "asked to look again"
              | Answer.Accepted _ -> failtest "took an address back without a claim"

              isConsistent house [ ada ]
          }

          test "finding by address tells the holder, and nothing for free addresses and nonsense" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              Expect.equal (house.Holder " ADA@example.org ") (Some ada) "any spelling"
              Expect.equal (house.Holder "free@example.org") None "free"
              Expect.equal (house.Holder "no address") None "nonsense"
              Expect.equal
                  (run (house.App.Users.TryAddressIndex(ada, anyToken)))
                  (ValueSome(house.IndexOf "ada@example.org"))
                  "index"
              Expect.equal (run (house.App.Users.TryAddressIndex("42", anyToken))) ValueNone "unknown user"
          } ]
