/// The first station of the door: every field at fault is named, nothing is loaded or stored.
module UmsSti.Application.Tests.ValidationTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Application.Tests.World

let private long n = String('x', n)

/// What is wrong with a command: field names in order.
let private faults (house: House) command =
    let refusal = house.Refusal(root, command)
    Expect.equal (refusal.Kind, refusal.Code) (RefusalKind.Invalid, "validation-failed") "422"
    Expect.all refusal.Errors (fun (KeyValue(_, messages)) -> messages.Length > 0) "each with a message"
    refusal.Errors.Keys |> List.ofSeq

let private valid = registration "standard" "ada@example.org"
// Not a literal: the compiler would put a replacement character in its place.
let private lone = "a" + string (char 0xD800) + "b"

[<Tests>]
let tests =
    testList
        "Validation"
        [ test "a registration names every field at fault at once" {
              let house = House()

              let worst =
                  { valid with
                      UserId = "42x"
                      Type = "guest"
                      Email = "no address"
                      Name = "  "
                      Profile = fields [ "bio", long 1001; "shoeSize", "44"; "country", "Germany" ] }

              Expect.equal
                  (faults house (Command.RegisterUser worst))
                  [ "id"; "type"; "email"; "name"; "profile.bio"; "profile.shoeSize"; "profile.country" ]
                  "all of them"

              Expect.equal (house.Head, house.ActivityHead) (0L, 0L) "nothing stored, not even an audit fact"
              Expect.isEmpty house.Keys.Subjects "no key"
          }

          testList
              "registration"
              [ for name, raw, field in
                    [ "no address", { valid with Email = Unchecked.defaultof<string> }, "email"
                      "address too long", { valid with Email = long 250 + "@x.org" }, "email"
                      "no name", { valid with Name = Unchecked.defaultof<string> }, "name"
                      "name too long", { valid with Name = long 256 }, "name"
                      "control character in the name", { valid with Name = "Ada\u0007" }, "name"
                      "lone surrogate in the name", { valid with Name = lone }, "name"
                      "type in capitals", { valid with Type = "Admin" }, "type"
                      "no type", { valid with Type = Unchecked.defaultof<string> }, "type"
                      "upper-case id", { valid with UserId = "019CA9A5-6C00-7000-8000-000000000001" }, "id" ] do
                    test name { Expect.equal (faults (House()) (Command.RegisterUser raw)) [ field ] "the field" } ]

          testList
              "commands on a user"
              [ let house = lazy House()
                let user = lazy house.Value.Active("standard", "ada@example.org")
                let until = Nullable<DateTimeOffset>()

                for name, command, expected in
                    [ "deactivate without reason", (fun id -> Command.DeactivateUser(id, null)), [ "reason" ]
                      "deactivate for a long reason", (fun id -> Command.DeactivateUser(id, long 501)), [ "reason" ]
                      "suspend without reason", (fun id -> Command.SuspendUser(id, null, until)), [ "reason" ]
                      "unsuspend with a blank note", (fun id -> Command.UnsuspendUser(id, "\t ")), [ "note" ]
                      "archive for a reason with a lone surrogate", (fun id -> Command.ArchiveUser(id, lone)), [ "reason" ]
                      "purge without a basis", (fun id -> Command.PurgeUser(id, null)), [ "legalBasis" ]
                      "purge for a whim", (fun id -> Command.PurgeUser(id, "whim")), [ "legalBasis" ]
                      "reject without reason", (fun id -> Command.RejectAdmin(id, null)), [ "reason" ]
                      "review without trigger", (fun id -> Command.OpenAdminReview(id, null)), [ "trigger" ]
                      "conclude badly", (fun id -> Command.ConcludeAdminReview(id, "so-so", null)), [ "outcome"; "note" ]
                      "change to no address", (fun id -> Command.ChangeEmail(id, "ada")), [ "newEmail" ]
                      "complete with an unknown field",
                      (fun id -> Command.CompleteRegistration { update id with Profile = fields [ "pet", "cat" ] }),
                      [ "profile.pet" ]
                      "update three things badly",
                      (fun id ->
                          Command.UpdateUser
                              { update id with
                                  Name = long 256
                                  Profile = fields [ "locale", "x"; "timezone", null; "pet", null ]
                                  Preferences = fields [ "a key", "1"; "theme", long 501; "no key", null ] }),
                      [ "name"; "profile.locale"; "profile.pet"; "preferences.a key"; "preferences.theme"; "preferences.no key" ] ] do
                    test name { Expect.containsAll (faults house.Value (command user.Value)) expected "the fields" } ]

          test "an id that is none is an unknown user" {
              let house = House()

              for id in [ ""; "x"; "019CA9A5-6C00-7000-8000-000000000001"; "00042"; "-1" ] do
                  Expect.equal (house.Refusal(root, Command.ActivateUser id)).Code "not-found" id
          }

          test "a field cleared by null, and nothing to change, are fine" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              house.Do(ada, Command.UpdateUser { update ada with Profile = fields [ "city", "Paris" ] }) |> ignore
              let cleared = house.Do(ada, Command.UpdateUser { update ada with Profile = fields [ "city", null ] })
              Expect.isEmpty cleared.User.Profile "cleared"
              let head = house.Head
              let nothing = house.Do(ada, Command.UpdateUser(update ada))
              Expect.equal (nothing.Position, house.Head) (head, head) "no event"
          } ]
