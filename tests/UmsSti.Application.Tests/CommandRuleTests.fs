/// Who may send which command: one explicit table, every cell tried at the door (CQ-06, PE-05, PE-30, PE-31).
module UmsSti.Application.Tests.CommandRuleTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.Reflected

/// A house with one caller of each kind.
type private Stage() =
    let house = House()
    let mutable users = 0

    let email () =
        users <- users + 1
        $"user{users}@example.org"

    let suspended userType =
        let id = house.Active(userType, email ())
        house.Do(root, Command.SuspendUser(id, "odd orders", Nullable())) |> ignore
        id

    let other = house.Active("standard", email ())
    let suspendedAdmin = suspended "admin"
    let suspendedSystem = suspended "system"
    let admin = house.Active("admin", email ())
    let system = house.Active("system", email ())

    member _.House = house
    member _.Email() = email ()
    member _.Active userType = house.Active(userType, email ())
    member _.Pending userType = house.Pending(userType, email ())
    member _.Suspended userType = suspended userType

    /// The columns of the table, for one target.
    member _.Callers(target: string) =
        [ "anonymous", Actors.Anonymous
          "self", target
          "other", other
          "suspended admin", suspendedAdmin
          "suspended system user", suspendedSystem
          "admin", admin
          "system user", system
          "job", Actors.system "schedule" ]

type private Row =
    {
        Name: string
        /// Makes the user the command is about.
        Target: Stage -> string
        Command: Stage -> string -> Command
        /// Allowed or Denied for each caller, in the order of `Stage.Callers`.
        Expected: string
    }

let private row name expected (target: Stage -> string) (command: Stage -> string -> Command) =
    { Name = name; Target = target; Command = command; Expected = expected }

let private standard (stage: Stage) = stage.Active "standard"
let private activeAdmin (stage: Stage) = stage.Active "admin"
let private applicant (stage: Stage) = stage.Pending "admin"

let private after (commands: (string -> Command) list) (make: Stage -> string) (stage: Stage) =
    let id = make stage

    for command in commands do
        stage.House.Do(root, command id) |> ignore

    id

let private deactivate id = Command.DeactivateUser(id, "on leave")
let private archive id = Command.ArchiveUser(id, null)
let private suspend id = Command.SuspendUser(id, "odd orders", Nullable())
let private review id = Command.OpenAdminReview(id, "odd hours")
let private on (command: string -> Command) (_: Stage) id = command id

let private register userType activate (stage: Stage) (_: string) =
    Command.RegisterUser { registration userType (stage.Email()) with Activate = activate }

let private rows =
    [ //                                             anonymous
      //                                             | self
      //                                             | | other
      //                                             | | | suspended admin
      //                                             | | | | suspended system user
      //                                             | | | | | admin
      //                                             | | | | | | system user
      //                                             | | | | | | | job
      row "RegisterUser, standard" "A A A D D A A A" standard (register "standard" false)
      row "RegisterUser, standard and active" "D D D D D A A A" standard (register "standard" true)
      row "RegisterUser, admin" "D D D D D D A A" standard (register "admin" false)
      row "RegisterUser, admin by an admin for himself" "D D D D D D A A" activeAdmin (register "admin" true)
      row "RegisterUser, system" "D D D D D D A A" activeAdmin (register "system" false)
      row "CompleteRegistration" "D A D D D D A A" standard (on (fun id -> Command.CompleteRegistration(update id)))
      row "ActivateUser, pending" "D D D D D A A A" (fun stage -> stage.Pending "standard") (on Command.ActivateUser)
      row "ActivateUser, active" "D D D D D A A A" standard (on Command.ActivateUser)
      row "ActivateUser, inactive" "D D D D D A A A" (standard |> after [ deactivate ]) (on Command.ActivateUser)
      row "ActivateUser, applicant for admin" "D D D D D D A A" applicant (on Command.ActivateUser)
      row "ActivateUser, inactive applicant" "D D D D D D A A" (applicant |> after [ deactivate ]) (on Command.ActivateUser)
      row "ActivateUser, inactive admin" "D D D D D A A A" (activeAdmin |> after [ deactivate ]) (on Command.ActivateUser)
      row "DeactivateUser" "D A D D D A A A" standard (on deactivate)
      row "SuspendUser" "D D D D D A A A" standard (on suspend)
      row "UnsuspendUser" "D D D D D A A A" (standard |> after [ suspend ]) (on (fun id -> Command.UnsuspendUser(id, "ok")))
      row "ArchiveUser" "D A D D D A A A" standard (on archive)
      row "ArchiveUser, admin" "D A D D D D A A" activeAdmin (on archive)
      row
          "PurgeUser"
          "D D D D D D A A"
          (standard |> after [ archive ])
          (on (fun id -> Command.PurgeUser(id, "retention_expired")))
      row "UpdateUser, name" "D A D D D A A A" standard (on (fun id -> rename id "Eve"))
      row
          "UpdateUser, profile"
          "D A D D D A A A"
          standard
          (on (fun id -> Command.UpdateUser { update id with Profile = fields [ "bio", "Counts." ] }))
      row
          "UpdateUser, preferences"
          "D A D D D D A A"
          standard
          (on (fun id -> Command.UpdateUser { update id with Preferences = fields [ "theme", "dark" ] }))
      row
          "UpdateUser, name and preferences"
          "D A D D D D A A"
          standard
          (on (fun id -> Command.UpdateUser { update id with Name = "Eve"; Preferences = fields [ "theme", "dark" ] }))
      row "UpdateUser, nothing" "D A D D D A A A" standard (on (fun id -> Command.UpdateUser(update id)))
      row "ChangeEmail" "D A D D D A A A" standard (fun stage id -> Command.ChangeEmail(id, stage.Email()))
      row "ChangeEmail, of an admin" "D A D D D D A A" activeAdmin (fun stage id -> Command.ChangeEmail(id, stage.Email()))
      row "VerifyEmail" "A A A D D A A A" standard (fun stage id ->
          Command.VerifyEmail(id, stage.House.IndexOf (stage.House.View id).Email))
      row "ResendVerification" "D A D D D A A A" standard (on Command.ResendVerification)
      row "ExpireVerification" "D D D D D D A A" (fun stage -> stage.Pending "standard") (on Command.ExpireVerification)
      row
          "CleanupExpired"
          "D D D D D D A A"
          (fun stage -> stage.Pending "standard")
          (on (fun id -> Command.CleanupExpired(id, 7)))
      row "EndSuspension" "D D D D D D A A" (standard |> after [ suspend ]) (on Command.EndSuspension)
      row "AutoInactivate" "D D D D D D A A" standard (on (fun id -> Command.AutoInactivate(id, DateTimeOffset.UnixEpoch)))
      row "RejectAdmin" "D D D D D D A A" applicant (on (fun id -> Command.RejectAdmin(id, "unknown")))
      row "OpenAdminReview" "D A D D D A A A" activeAdmin (on review)
      row
          "ConcludeAdminReview"
          "D D D D D A A A"
          (activeAdmin |> after [ review ])
          (on (fun id -> Command.ConcludeAdminReview(id, "passed", "explained"))) ]

let private text (event: EventView) (field: string) = event.Data.GetProperty(field).GetString()

let private tried (row: Row) =
    test row.Name {
        let stage = Stage()
        let house = stage.House
        let expected = row.Expected.Split ' '
        Expect.equal expected.Length (stage.Callers "").Length "a word for each caller"

        for column in 0 .. expected.Length - 1 do
            let target = row.Target stage
            let caller, actor = (stage.Callers target)[column]
            let command = row.Command stage target
            let domain, activity = house.Head, house.ActivityHead
            let answer = house.Send(house.Envelope actor, command)
            let facts = house.ActivityAfter activity
            let where = $"{row.Name} by {caller}"

            match expected[column], answer with
            | "D", Answer.Refused refusal ->
                let kind =
                    if actor = Actors.Anonymous then
                        RefusalKind.Unauthenticated
                    else
                        RefusalKind.Forbidden
                Expect.equal refusal.Kind kind where
                Expect.equal house.Head domain $"{where}: nothing in the domain log"
                Expect.equal (facts |> Array.map _.Type) [| "AccessDenied" |] $"{where}: recorded"
                Expect.equal facts[0].Stream $"AccessDecision-{actor}" $"{where}: under the caller"
                Expect.equal (text facts[0] "operation") (caseOf command) $"{where}: what was asked"
            | "A", Answer.Refused refusal when refusal.Kind = RefusalKind.Forbidden || refusal.Kind = RefusalKind.Unauthenticated ->
                failtest $"{where}: denied, {refusal.Detail}"
            | "A", _ ->
                let passes = caller = "job" || caller = "system user" && expected[0] = "D"
                let types = facts |> Array.map _.Type |> Array.distinct
                Expect.equal types (if passes then [| "SystemBypass" |] else [||]) $"{where}: bypasses are seen"
            | word, _ -> failtest $"{where}: '{word}' was expected, and it was carried out"
    }

[<Tests>]
let tests =
    testList
        "Who may command"
        [ testList "table" (List.map tried rows)

          test "every command has a row" {
              let stage = Stage()
              let id = stage.Active "standard"
              let named = rows |> List.map (fun row -> caseOf (row.Command stage id)) |> List.distinct
              // Those about teams have their own catalogue (Operation), held against callers by route in the server's tests.
              let own = caseNames<Command> |> List.except [ "OfTeams" ]
              Expect.equal (List.sort named) (List.sort own) "none without a rule that was thought about"

              for row in rows do
                  Expect.equal (row.Name.Split(',')[0]) (caseOf (row.Command stage id)) "rows say what they try"
                  Expect.equal (Rules.commandName (row.Command stage id)) (caseOf (row.Command stage id)) "stable name"
          }

          test "a denial names the permission that is missing, and where" {
              let stage = Stage()
              let house = stage.House
              let ada = stage.Active "standard"
              let eve = stage.Active "standard"

              let missing (actor: string) (command: Command) =
                  house.Refusal(actor, command) |> ignore
                  let fact = Array.last house.Activity
                  text fact "permission", text fact "scope"

              Expect.equal (missing eve (suspend ada)) ("users.manage", ada) "over a user"
              Expect.equal (missing eve (rename ada "Eve")) ("users.edit", ada) "his own or with the right"
              Expect.equal (missing eve (Command.ExpireVerification ada)) ("system.configuration", "global") "everywhere"
              Expect.equal (missing Actors.Anonymous (suspend ada)) ("users.manage", ada) "of a stranger"
          }

          test "an admin makes nobody more than he may, himself least of all" {
              let stage = Stage()
              let house = stage.House
              let admin = stage.Active "admin"
              let permissions () =
                  match run (house.App.Gate.Describe(admin, DateTimeOffset.UnixEpoch, anyToken)) with
                  | ValueSome who -> List.ofArray who.Permissions
                  | ValueNone -> []

              let before = permissions ()
              Expect.isFalse (List.contains "users.create_admin" before) "not by default"
              let eve = stage.Pending "admin"

              // Round about: suspended and released, deactivated and activated, an applicant stays an applicant.
              house.Do(admin, suspend eve) |> ignore
              house.Do(root, Command.UnsuspendUser(eve, "go on")) |> ignore
              Expect.equal (house.Refusal(admin, Command.ActivateUser eve)).Code "forbidden" "after a suspension"
              house.Do(admin, deactivate eve) |> ignore
              Expect.equal (house.Refusal(admin, Command.ActivateUser eve)).Code "forbidden" "after a deactivation"
              Expect.equal (house.View eve).State "inactive" "not active"

              for name in [ "type"; "state"; "permissions"; "grants"; "emailVerified" ] do
                  let wish = Command.UpdateUser { update admin with Profile = fields [ name, "system" ] }
                  Expect.equal (house.Refusal(admin, wish)).Code "validation-failed" name

              house.Do(admin, Command.UpdateUser { update admin with Preferences = fields [ "type", "system" ] }) |> ignore
              Expect.equal ((house.View admin).Type, permissions ()) ("admin", before) "as before"
          } ]
