module UmsSti.Domain.Tests.TeamValueTests

open System
open Expecto
open FsCheck.FSharp
open UmsSti.Domain
open UmsSti.Domain.Tests.TeamSamples

let private isSame first second = Expect.equal second first "the same"

let private texts =
    Gen.elements
        [ "A"
          "b"
          "\u00C9"
          "e\u0301"
          "\u00DF"
          "\u0130"
          "\u03A3"
          "\u03C2"
          " "
          "-"
          "_"
          "7"
          "\u4E2D"
          "!"
          "\u212A" ]
    |> Gen.listOf
    |> Gen.map (String.concat "")

let private slugOf (text: string) = (slug text).Value

let private names =
    testList
        "names"
        [ test "names and slugs that differ only in case, Unicode form, width or invisible characters are equal" {
              for first, second in
                  [ "Caf\u00E9", "CAFE\u0301"
                    "Stra\u00DFe", "stra\u00DFe"
                    "\u03A3\u03A4\u03A3", "\u03C3\u03C4\u03C2"
                    "Team A", "TEAM a"
                    "Dept", "De\u200Bpt"
                    "Dept", "\uFF24\uFF25\uFF30\uFF34"
                    "Caf\u00E9", "Caf\uFF45\uFE0F\u0301"
                    "Team A", "Team\u3000\u00A0A\u2060" ] do
                  isSame (teamName first) (teamName second)
                  isSame (Slug.OfName(teamName first, 1)) (Slug.OfName(teamName second, 1))
          }

          test "slugs of names" {
              let of' name attempt = Slug.OfName(teamName name, attempt).Value
              isSame "analytical-engines-ltd" (of' "  Analytical  Engines, Ltd. " 1)
              isSame "caf\u00E9-no-7" (of' "Caf\u00E9 No. 7" 1)
              isSame "team" (of' "!!!" 1)
              isSame "team-3" (of' "!!!" 3)
              isSame 100 (of' (String('a', 255)) 12).Length
              isSame "-12" ((of' (String('a', 255)) 12).Substring 97)
          }

          Laws.forAll "one slug has one spelling" texts (fun text ->
              match Slug.Create text with
              | Ok slug ->
                  isSame slug.Value (slug.Value |> slugOf)
                  isSame slug.Value (slugOf (slug.Value.ToUpperInvariant()))
              | Error _ -> ())

          Laws.forAll "the key of a name is the key of its key" texts (fun text ->
              match TeamName.Create text with
              | Ok name -> isSame name.Key (teamName name.Key).Key
              | Error _ -> ())

          test "a name has at most 255 characters, one line" {
              Expect.isOk (TeamName.Create(String('a', 255))) "longest"
              Expect.isError (TeamName.Create(String('a', 256))) "too long"
              Expect.isError (TeamName.Create "a\nb") "two lines"
              Expect.isError (TeamName.Create " ") "blank"
              Expect.isError (TeamName.Create "\u3164\uFE0F") "nothing to be seen"
              Expect.isError (Slug.Create "---") "nothing"
          }

          test "a stored slug keeps the spelling of the fold it was made by" {
              isSame "\uFF44\uFF45\uFF50\uFF54" (Slug.OfStored "\uFF44\uFF45\uFF50\uFF54").Value
          }

          test "role ids say scope and name" {
              let inside = roleId (ValueSome(teamId 1)) "Release Manager"
              isSame ((teamId 1).Value + ".release-manager") inside.Value
              isSame (ValueSome(teamId 1)) inside.Team
              isSame "release-manager" inside.Name
              let outside = roleId ValueNone "auditor"
              isSame ("global.auditor", ValueNone) (outside.Value, outside.Team)

              for id in [ inside; outside; RoleId.SystemAdmin ] do
                  isSame (true, id) (RoleId.TryParse id.Value)

              for text in [ ""; "auditor"; "global."; "global.A"; "global.a.b"; (teamId 1).Value.ToLowerInvariant() + ".a" ] do
                  isSame false (RoleId.TryParse text |> fst)

              for name in [ "executive"; "Member"; "a.b"; "-a"; ""; "\u00E9" ] do
                  Expect.isError (RoleId.Create(ValueNone, name)) name
          } ]

let private settings =
    testList
        "settings and details"
        [ test "settings are judged by their key" {
              for setting, good, bad in
                  [ TeamSetting.MaxHierarchyDepth, [ "1"; "8"; "32" ], [ "0"; "33"; "-1"; "x"; "1.0"; "" ]
                    TeamSetting.AllowSelfRegistration, [ "true"; "false" ], [ "True"; "1"; "" ]
                    TeamSetting.DefaultRole, [ "member"; "observer" ], [ "executive"; "leader"; "x" ]
                    TeamSetting.Visibility, [ "public"; "private"; "restricted" ], [ "internal" ]
                    TeamSetting.Custom "x", [ "anything"; "two\nlines" ], [ ""; String('a', 501) ] ] do
                  for text in good do
                      Expect.isOk (TeamSettingEntry.Create(setting, text)) $"{setting} {text}"

                  for text in bad do
                      Expect.isError (TeamSettingEntry.Create(setting, text)) $"{setting} {text}"
          }

          test "unknown settings are refused, custom ones are marked" {
              for setting in TeamSetting.Known do
                  isSame (true, setting) (TeamSetting.TryParse setting.Key)

              isSame (true, TeamSetting.Custom "color") (TeamSetting.TryParse "custom.color")

              for text in [ "color"; "custom."; "custom.a b"; "maxMembers"; "custom." + String('a', 51) ] do
                  isSame false (TeamSetting.TryParse text |> fst)
          }

          test "settings mean what they say" {
              let settings = Map [ "allow_self_registration", "true"; "approval_required", "false"; "default_role", "observer" ]
              isSame
                  (true, false, TeamRole.Observer)
                  (TeamSettings.allowsSelfRegistration settings,
                   TeamSettings.needsApproval settings,
                   TeamSettings.defaultRole settings)
              isSame
                  (false, true, TeamRole.Member)
                  (TeamSettings.allowsSelfRegistration Map.empty,
                   TeamSettings.needsApproval Map.empty,
                   TeamSettings.defaultRole Map.empty)
          }

          test "details are judged by their field" {
              for field, good, bad in
                  [ TeamField.Budget, [ "0"; "1234567890123.45" ], [ "-1"; "1.234"; "12345678901234"; "1,5"; "x" ]
                    TeamField.StartDate, [ "2026-02-28" ], [ "2026-02-30"; "28.02.2026" ]
                    TeamField.DepartmentCode, [ String('a', 20) ], [ String('a', 21) ]
                    TeamField.SprintLength, [ "1"; "52" ], [ "0"; "53"; "two" ]
                    TeamField.HeadUserId, [ (Samples.person 1).Value ], [ "head" ]
                    TeamField.Email, [ "a@example.org" ], [ "a" ] ] do
                  for text in good do
                      Expect.isOk (TeamDetail.Create(field, text)) $"{field} {text}"

                  for text in bad do
                      Expect.isError (TeamDetail.Create(field, text)) $"{field} {text}"

              for field in TeamField.All do
                  isSame (true, field) (TeamField.TryParse field.Key)
          } ]

let private permissions =
    testList
        "permissions"
        [ test "every permission has its own bit, and a set keeps what it is given" {
              isSame [| 0 .. Permission.All.Length - 1 |] (Permission.All |> Array.map _.Bit)

              for permission in Permission.All do
                  let set = PermissionSet.Of [ permission ]
                  isSame [| permission |] (set.ToArray())
                  isSame 1 set.Count
                  isSame set (PermissionSet.FromBits set.Bits)
                  isSame (permission.Name.StartsWith "team.") (permission.Scope = PermissionScope.Team)

              isSame Permission.All (PermissionSet.FromBits(UInt64.MaxValue).ToArray())
              isSame true ((Permission.team.Union Permission.global').ContainsAll(PermissionSet.Of Permission.All))
              isSame true (Permission.team.Intersect Permission.global').IsEmpty
          }

          test "roles hold more the higher they stand" {
              for lower, higher in TeamRole.All |> Array.sortBy _.Rank |> Array.pairwise do
                  isSame true ((TeamRole.permissions higher).ContainsAll(TeamRole.permissions lower))

              isSame (Some TeamRole.Leader) (TeamRole.tryLowestWith Permission.TeamMembersInvite)
              isSame None (TeamRole.tryLowestWith Permission.UsersView)
          } ]

let private role = roleId (ValueSome(teamId 1)) "helper"

let private roleContext: Role.Decisions.Context =
    { Now = Samples.start
      Subject = role
      Actor = (Samples.person 1).Value
      ActorIsSystem = false
      ActorHasRole = false
      ActorIsHighest = true
      Holds = TeamRole.permissions TeamRole.Deputy }

let private invite, archive = Permission.TeamMembersInvite, Permission.TeamArchive

let private roleCommands =
    [ Role.Command.Define(Role.Kind.Custom, None, PermissionSet.Of [ invite ])
      Role.Command.Define(Role.Kind.Custom, None, PermissionSet.Empty)
      Role.Command.Describe(Some(Samples.reason "helps"))
      Role.Command.Describe None
      Role.Command.AddPermission Permission.TeamView
      Role.Command.AddPermission archive
      Role.Command.AddPermission Permission.UsersView
      Role.Command.RemovePermission invite
      Role.Command.Retire None ]

let private roles =
    let history = Laws.histories<Role.Events.Event> [ invite.Name; "team.view"; "custom" ]
    let decide changes command state = Role.Decisions.decide (changes roleContext) command state
    let rejected reason : Role.Decisions.Outcome * Role.Events.Event[] = Role.Decisions.Outcome.Rejected reason, [||]

    testList
        "roles"
        [ Laws.folds Role.Fold.fold Role.Fold.initial history

          Laws.forAll
              "accepted once, then without an event; nobody puts in what he lacks"
              (Gen.zip history (Gen.elements roleCommands))
              (fun (events, command) ->
                  let state = Role.Fold.fold Role.Fold.initial events

                  match decide id command state with
                  | Role.Decisions.Outcome.Rejected _, added -> Expect.isEmpty added "refused"
                  | Role.Decisions.Outcome.Accepted, added ->
                      let after = Role.Fold.fold state added
                      isSame (Role.Decisions.Outcome.Accepted, [||]) (decide id command after)
                      let gained = (Role.Queries.permissions after).Except(Role.Queries.permissions state)
                      isSame true (roleContext.Holds.ContainsAll gained))

          test "refusals, each with its code" {
              let defined = Role.Fold.fold Role.Fold.initial (decide id roleCommands[0] Role.Fold.initial |> snd)
              let retired = Role.Fold.fold defined (decide id (Role.Command.Retire None) defined |> snd)
              decide id (Role.Command.AddPermission archive) defined
              |> isSame (rejected (Role.Decisions.Rejected.PermissionNotHeld archive))
              decide id (Role.Command.AddPermission Permission.UsersView) defined
              |> isSame (rejected (Role.Decisions.Rejected.PermissionScopeMismatch Permission.UsersView))
              let assigned (context: Role.Decisions.Context) = { context with ActorHasRole = true }
              decide assigned (Role.Command.AddPermission Permission.TeamView) defined
              |> isSame (rejected Role.Decisions.Rejected.SelfGrantNotAllowed)
              let below (context: Role.Decisions.Context) = { context with ActorIsHighest = false }
              decide below (Role.Command.AddPermission Permission.TeamView) defined
              |> isSame (rejected Role.Decisions.Rejected.GrantAboveRank)
              isSame true (fst (decide below (Role.Command.RemovePermission invite) defined)).IsAccepted
              decide id roleCommands[1] defined |> isSame (rejected Role.Decisions.Rejected.NameTaken)
              decide id roleCommands[2] Role.Fold.initial |> isSame (rejected Role.Decisions.Rejected.NotFound)
              decide id roleCommands[2] retired |> isSame (rejected Role.Decisions.Rejected.RoleRetired)
              decide (fun context -> { context with Subject = RoleId.SystemAdmin }) roleCommands[1] Role.Fold.initial
              |> isSame (rejected Role.Decisions.Rejected.RoleReserved)
              isSame true (Role.Queries.permissions retired).IsEmpty
              isSame (Some true) (Role.Queries.facts role retired |> Option.map _.IsRetired)

              [ Role.Decisions.Rejected.NotFound
                Role.Decisions.Rejected.NameTaken
                Role.Decisions.Rejected.RoleRetired
                Role.Decisions.Rejected.PermissionScopeMismatch archive
                Role.Decisions.Rejected.PermissionNotHeld archive
                Role.Decisions.Rejected.GrantAboveRank
                Role.Decisions.Rejected.RoleReserved ]
              |> List.map Role.Decisions.code
              |> isSame
                  [ "not-found"
                    "role-name-taken"
                    "role-retired"
                    "permission-scope-mismatch"
                    "permission-not-held"
                    "grant-above-rank"
                    "role-reserved" ]
          }

          test "settings of the installation" {
              let entry setting (text: string) = Samples.valid (SystemSettings.Entry.Create(setting, text))
              let depth = entry SystemSettings.Setting.MaxHierarchyDepth "5"
              let events = SystemSettings.Decisions.set Samples.start "x" depth SystemSettings.Fold.initial
              let state = SystemSettings.Fold.fold SystemSettings.Fold.initial events
              isSame 5 (SystemSettings.Queries.maxHierarchyDepth 8 state)
              isSame 8 (SystemSettings.Queries.maxHierarchyDepth 8 SystemSettings.Fold.initial)
              isSame [||] (SystemSettings.Decisions.set Samples.start "x" depth state)
              isSame false (SystemSettings.Queries.roleAssignmentsNeedApproval state)
              Expect.isError (SystemSettings.Entry.Create(SystemSettings.Setting.MaxHierarchyDepth, "0")) "none"
              isSame
                  (true, SystemSettings.Setting.HierarchyDepthWarning)
                  (SystemSettings.Setting.TryParse "hierarchy_depth_warning")
          } ]

let private machines =
    test "docs/team-machines.md shows the tables" {
        let page = IO.File.ReadAllText(IO.Path.Combine(AppContext.BaseDirectory, "team-machines.md"))

        let tables =
            [ Team.Machine.markdown; Membership.Machine.markdown; Rights.Machines.markdown ] |> String.concat "\n"

        Expect.stringEnds page tables "the page ends with the tables"
    }

[<Tests>]
let tests = testList "team values" [ names; settings; permissions; roles; machines ]
