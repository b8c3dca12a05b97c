/// Coming into being: who may register whom, and what is kept of it (CM-01, CM-17).
module UmsSti.Application.Tests.RegistrationTests

open System
open System.Threading.Tasks
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Kernel
open UmsSti.Application.Tests.World

let private register userType email = Command.RegisterUser(registration userType email)

let private idOf (kind: IdKind) (accepted: Accepted) =
    match UserId.TryParse accepted.User.Id with
    | true, id -> Expect.equal id.Kind kind "kind of id"
    | false, _ -> failtest "not an id"

[<Tests>]
let tests =
    testList
        "Registration"
        [ test "anyone registers himself as a standard user" {
              let house = House()
              let raw =
                  { registration "standard" " Ada@Example.org " with
                      Profile = fields [ "bio", "Counts."; "city", null ] }
              let answer = house.Do(Actors.Anonymous, Command.RegisterUser { raw with CredentialHash = "$argon2id$ada" })
              let view = answer.User
              idOf IdKind.Uuid7 answer
              Expect.equal (view.Type, view.State, view.SubState) ("standard", "pending", "pending_verification") "state"
              Expect.equal (view.Email, view.EmailVerified, view.Name) ("Ada@Example.org", false, "Ada Lovelace") "as given"
              Expect.equal (view.Profile |> Seq.map (|KeyValue|) |> List.ofSeq) [ "bio", "Counts." ] "profile"
              Expect.equal (view.CreatedBy, view.UpdatedBy, view.Version) (Actors.Anonymous, Actors.Anonymous, 1L) "by"
              Expect.isTrue answer.Created "created"
              Expect.isFalse answer.Replayed "first time"
              Expect.equal (house.TypesAfter 0L) [ "UserRegistrationInitiated"; "Claimed" ] "together"
              Expect.equal answer.Position 2L "position of the last"
              Expect.equal house.Credentials.Known (Map.ofList [ view.Id, "$argon2id$ada" ]) "password in the vault"
              Expect.isTrue (house.Keys.Subjects.Contains view.Id) "key"
              Expect.equal (house.Holder "ada@example.ORG") (Some view.Id) "holds the address"
              let stored = String.Join('\n', house.Events |> Array.map (fun e -> e.Data.ToString()))
              Expect.isFalse (stored.Contains "argon2id") "no password in events (ES-21)"
          }

          test "an admin waits for approval, a system user for activation" {
              let house = House()
              let boss = house.Active("system", "root@localhost")
              let admin = house.Do(boss, register "admin" "grace@example.org")
              Expect.equal (admin.User.Type, admin.User.SubState) ("admin", "pending_approval") "admin"
              idOf IdKind.Uuid7 admin
              let job = house.Do(boss, register "system" "job@localhost")
              Expect.equal (job.User.Type, job.User.SubState) ("system", "registered") "system"
              idOf IdKind.Snowflake job
          }

          for userType in [ "standard"; "admin"; "system" ] do
              test $"a {userType} user who is to be active at once is" {
                  let house = House()
                  let answer = house.Do(root, Command.RegisterUser { registration userType "a@b.c" with Activate = true })
                  Expect.equal (answer.User.State, answer.User.Version) ("active", 2L) "active"
              }

          test "an admin registers standard users, active at once too; other types are not his to make" {
              let house = House()
              let admin = house.Active("admin", "grace@example.org")
              let ada = house.Do(admin, Command.RegisterUser { registration "standard" "ada@example.org" with Activate = true })
              Expect.equal ada.User.State "active" "by the admin"
              Expect.equal ada.User.CreatedBy admin "his work"

              for userType in [ "admin"; "system" ] do
                  for activate in [ true; false ] do
                      let raw = { registration userType "new@example.org" with Activate = activate }
                      let refusal = house.Refusal(admin, Command.RegisterUser raw)
                      Expect.equal refusal.Kind RefusalKind.Forbidden $"{userType}"
          }

          test "a refused registration makes neither key nor password" {
              let house = House()
              let ada = house.Pending("standard", "ada@example.org")
              let made = house.Keys.Subjects
              let raw = { registration "standard" "ADA@example.org" with CredentialHash = "$argon2id$eve" }
              Expect.equal (house.Refusal(Actors.Anonymous, Command.RegisterUser raw)).Code "email-taken" "taken"
              let system = { registration "system" "job@localhost" with CredentialHash = "$argon2id$eve" }
              Expect.equal (house.Refusal(Actors.Anonymous, Command.RegisterUser system)).Code "unauthenticated" "who?"
              Expect.equal house.Keys.Subjects made "keys"
              Expect.isEmpty house.Credentials.Known "passwords"
              Expect.equal (house.Holder "ada@example.org") (Some ada) "as before"
          }

          test "registering under the id of another user leaves his key and his password alone" {
              let house = House()
              let mine = { registration "standard" "ada@example.org" with CredentialHash = "$argon2id$ada" }
              let ada = house.Do(Actors.Anonymous, Command.RegisterUser mine).User.Id
              let theft = { registration "standard" "eve@example.org" with UserId = ada; CredentialHash = "$argon2id$eve" }
              Expect.equal (house.Refusal(Actors.Anonymous, Command.RegisterUser theft)).Code "already-registered" "refused"
              Expect.equal house.Credentials.Known (Map.ofList [ ada, "$argon2id$ada" ]) "password"
              Expect.isTrue (house.Keys.Subjects.Contains ada) "key"
              Expect.equal (house.View ada).Name "Ada Lovelace" "readable"
              Expect.equal (house.Holder "eve@example.org") None "address free"
          }

          test "the same registration again is a retry: no event, and the first password stands" {
              let house = House()
              let id = house.Parts.Ids.NewUserId(UserType.Standard).Value
              let raw = { registration "standard" "ada@example.org" with UserId = id; CredentialHash = "$argon2id$first" }
              let first = house.Do(Actors.Anonymous, Command.RegisterUser raw)
              let again = house.Do(Actors.Anonymous, Command.RegisterUser { raw with CredentialHash = "$argon2id$second" })
              Expect.equal (shape again.User) (shape first.User) "the same user"
              Expect.equal house.Head 2L "nothing stored"
              Expect.equal house.Credentials.Known[id] "$argon2id$first" "first password"
          }

          test "one id registered with two addresses at once: one user, whole and readable" {
              for _ in 1..20 do
                  let house = House()
                  house.EventLog.Mix()
                  let id = house.Parts.Ids.NewUserId(UserType.Standard).Value

                  let attempt n =
                      { registration "standard" $"ada{n}@example.org" with
                          UserId = id
                          CredentialHash = $"$argon2id${n}" }

                  let answers =
                      atOnce [ for n in 1..8 -> fun () -> house.Start(house.Envelope root, Command.RegisterUser(attempt n)) ]

                  let winner = Expect.wantSome (accepted answers |> Array.tryExactlyOne) "one"
                  Expect.all (refused answers) (fun refusal -> refusal.Code = "already-registered") "the others"
                  Expect.equal (shape (house.View id)) (shape winner.User) "readable"
                  let n = winner.User.Email.Substring(3, 1)
                  Expect.equal house.Credentials.Known (Map.ofList [ id, $"$argon2id${n}" ]) "the winner's password"
          }

          test "a registration that is overtaken takes back its key and its password" {
              let house = House false
              let other = house.Cold()
              let raw n = { registration "standard" "ada@example.org" with CredentialHash = $"$argon2id${n}" }
              let mutable first = ValueNone

              let index = house.IndexOf "ada@example.org"

              afterRead 1 $"EmailAddress-{index}" house.EventLog (fun () ->
                  let overtaking = Command.RegisterUser(raw 1)
                  first <- ValueSome(run (other.Door.Execute(house.Envelope Actors.Anonymous, overtaking, anyToken))))

              let second = house.Send(house.Envelope Actors.Anonymous, Command.RegisterUser(raw 2))

              match first, second with
              | ValueSome(Answer.Accepted winner), Answer.Refused refusal ->
                  Expect.equal refusal.Code "email-taken" "too late"
                  Expect.equal house.Keys.Subjects (Set [ winner.User.Id ]) "one key"
                  Expect.equal house.Keys.Destroyed.Count 1 "the other was made, and destroyed"
                  Expect.equal house.Credentials.Known (Map.ofList [ winner.User.Id, "$argon2id$1" ]) "one password"
              | outcome -> failtest $"{outcome}"
          }

          test "when the log cannot be written, key and password are taken back" {
              let house = House()
              house.EventLog.BeforeAppend <- fun _ -> Task.FromException(LogUnavailableException("The disk is full.", null))
              let raw = { registration "standard" "ada@example.org" with CredentialHash = "$argon2id$ada" }

              Expect.throwsT<LogUnavailableException>
                  (fun () -> house.Send(house.Envelope Actors.Anonymous, Command.RegisterUser raw) |> ignore)
                  "503"

              Expect.isEmpty house.Keys.Subjects "no key"
              Expect.isEmpty house.Credentials.Known "no password"
              house.EventLog.BeforeAppend <- fun _ -> Task.CompletedTask
              Expect.equal (house.Do(Actors.Anonymous, Command.RegisterUser raw).User.State) "pending" "later it works"
          } ]
