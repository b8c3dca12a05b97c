/// Who is told what about teams, memberships and rights (NT-12...19), and whether he still is when the message is sent (RE-11, CX-33).
module UmsSti.Application.Tests.TeamNoticeTests

open System
open System.Collections.Generic
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Application.Tests.Generators

let private ada = "019ca9a5-6c00-7000-8000-000000000001"
let private grace = "019ca9a5-6c00-7000-8000-000000000002"
let private acme = "01HF7YAT00000000000000000A"
let private engine = "01HF7YAT00000000000000000B"
let private at = DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)
let private known = Personal.Known

let private kinds effects = effects |> Array.map (fun (effect: Effect) -> effect.Kind, effect.Recipient) |> List.ofArray

let private born parent : Team.Events.TeamCreated =
    { Name = "Engine"
      Slug = "engine"
      Type = "project"
      ParentTeamId = parent
      OrganizationId = acme
      Details = [||]
      Settings = [||]
      By = grace
      At = at }

let private moved impact : Team.Events.TeamHierarchyChanged =
    { OldParentId = None
      NewParentId = acme
      HierarchyImpact = impact
      Note = None
      By = grace
      At = at }

let private added role by = Membership.Events.TeamMemberAdded { Role = role; By = by; At = at }
let private removed = Membership.Events.TeamMemberRemoved { Reason = Some(known "odd"); By = grace; At = at }
let private changed oldRole newRole =
    Membership.Events.TeamMemberRoleChanged { OldRole = oldRole; NewRole = newRole; By = grace; At = at }

let private granted permission =
    Rights.Events.UserPermissionGranted
        { Permission = permission
          Level = "full_access"
          ExpiresAt = None
          Reason = Some(known "season")
          By = grace
          At = at }

let private assigned role =
    Rights.Events.UserRoleAssigned { Role = role; ExpiresAt = None; IsPending = false; By = grace; At = at }

let private revoked by = Rights.Events.UserRoleRevoked { Role = "global.auditor"; Reason = known "over"; By = by; At = at }

let private isMade (effect: Effect) =
    fst (NoticeKind.TryParse effect.Kind)
    && effect.Channel = Channels.Mail
    && effect.Parameters |> Seq.forall (fun pair -> not (pair.Value.Contains(PersonMark, StringComparison.Ordinal)))

let private reactions =
    testList
        "reactions"
        [ test "a person hears of his memberships; who makes a team needs no welcome to it" {
              let told event = TeamReactions.membership engine ada event |> kinds
              Expect.equal (told (added "member" grace)) [ "team-welcome", ada ] "NT-13"
              Expect.isEmpty (told (added "executive" ada)) "the creator"
              Expect.equal (told removed) [ "team-removed", ada ] "NT-14"
              Expect.equal (told (changed "member" "leader")) [ "team-role-changed", ada ] "NT-15"

              let invitation =
                  Membership.Events.TeamInvitationSent
                      { Role = "member"
                        Message = Some(known "Join us.")
                        ExpiresAt = at.AddDays 7.
                        By = grace
                        At = at }

              Expect.equal (told invitation) [ "team-invitation", ada ] "NT-12"
          }

          test "a new team is told to its creator and to the heads of its parent, or to the admins" {
              let told parent by = TeamReactions.team engine (Team.Events.TeamCreated { born parent with By = by }) |> kinds
              let heads = $"@team:{acme}:executive+deputy+admin:"
              Expect.equal (told (Some acme) grace) [ "team-created", grace; "team-created", heads ] "below another"
              Expect.equal (told None grace) [ "team-created", grace; "team-created", Audience.Admins ] "a root"
              Expect.equal (told None "system:bootstrap") [ "team-created", Audience.Admins ] "nobody made it"
          }

          test "of rights only roles and the four significant permissions are told" {
              let told event = TeamReactions.rights ada [] event |> kinds

              for permission in Permission.All do
                  let expected =
                      if Permission.significant.Contains permission then
                          [ "right-given", ada ]
                      else
                          []
                  Expect.equal (told (granted permission.Name)) expected permission.Name

              Expect.equal (told (assigned "global.auditor")) [ "right-given", ada ] "a role"
              Expect.equal (told (revoked grace)) [ "right-taken", ada ] "taken"
              let dependent = TeamReactions.rights ada [] (revoked "system:rights-reconcile") |> Array.head
              Expect.equal dependent.Parameters["dependent"] "yes" "nobody decided it for him"

              let expired =
                  Rights.Events.PermissionsExpired { Permissions = [| "gdpr.manage" |]; Roles = [||]; By = "system:x"; At = at }
              Expect.equal (told expired) [ "rights-expired", ada ] "expired"
          }

          property
              "one event makes at most two effects, whatever its size, with nothing personal in them"
              (fun (team: Team.Events.Event) (membership: Membership.Events.Event) (right: Rights.Events.Event) ->
                  [ TeamReactions.team engine team
                    TeamReactions.membership engine ada membership
                    TeamReactions.rights ada [] right ]
                  |> List.forall (fun effects -> effects.Length <= 2 && Array.forall isMade effects))

          property "the same event always gives the same effects" (fun (event: Membership.Events.Event) ->
              kinds (TeamReactions.membership engine ada event) = kinds (TeamReactions.membership engine ada event)) ]

/// Everybody's groups of a move, followed to the end as the outbox does.
let private follow impact =
    let rec from groups (at: TeamAudience) =
        match at with
        | TeamAudience.Affected index ->
            let next = TeamAudiences.affected impact index
            Expect.isTrue (next.Length <= TeamAudiences.MaxAffectedTeams + 1) "a step is bounded"
            (groups, next) ||> Array.fold from
        | TeamAudience.Holders _ -> at :: groups

    from [] (TeamAudience.Affected 0) |> List.rev

let private audiences =
    testList
        "audiences"
        [ property "a move reaches each affected team once, the moved one with all its members" (fun (size: uint32) ->
              let impact = Array.init (1 + int (size % 400u)) (fun index -> $"T{index}")

              follow impact =
                  [ yield TeamAudiences.members "T0"
                    for team in Array.tail impact do
                        yield TeamAudiences.leadersOf team ])

          test "names are read back" {
              let all =
                  [ TeamAudiences.members engine
                    TeamAudiences.headsOf engine
                    TeamAudiences.leadersOf engine
                    TeamAudience.Holders(engine, [| "leader" |], "bWVtYmVycw_-")
                    TeamAudience.Affected 0
                    TeamAudience.Affected 9_950 ]

              for audience in all do
                  Expect.equal (TeamAudience.TryParse audience.Name) (true, audience) audience.Name
                  Expect.isTrue (Audience.isGroup audience.Name) audience.Name

              for other in [ ada; Audience.Admins; "@affected:-1"; "@affected:x"; "@team:x" ] do
                  Expect.isFalse (fst (TeamAudience.TryParse other)) other
          } ]

// ---- what is sent

let private user events =
    User.Fold.fold
        User.Fold.initial
        [| User.Events.UserRegistrationInitiated
               { Type = "standard"
                 Email = known "ada@example.org"
                 Name = known "Ada"
                 Profile = [||]
                 VerificationExpiresAt = None
                 By = grace
                 At = at }
           User.Events.UserActivated { Method = "admin"; By = grace; At = at }
           yield! events |]

let private prefers key value =
    User.Events.UserPreferencesUpdated { Changes = [| { Key = key; Value = Some(known value) } |]; By = ada; At = at }

let private suspended = User.Events.UserSuspended { Reason = known "odd"; Until = None; By = grace; At = at }
let private team events = Team.Fold.fold Team.Fold.initial (Array.ofList (Team.Events.TeamCreated(born (Some acme)) :: events))
let private parent =
    Team.Fold.fold Team.Fold.initial [| Team.Events.TeamCreated { born None with Name = "Acme" } |]
let private membership events = Membership.Fold.fold Membership.Fold.initial (Array.ofList events)

let private facts kind (parameters: (string * string) list) now teams : NoticeFacts =
    let all = Dictionary<string, string>()

    for key, value in parameters do
        all[key] <- value

    { Kind = kind
      Parameters = all
      Cause = None
      Then = now
      Now = now
      RecipientId = ada
      Teams = teams
      At = at
      IsEmailOn = true }

let private inTeam events = { NoticeTeams.None with Cause = List.tryLast events; Team = team []; InTeam = membership events }

let private values verdict =
    match verdict with
    | NoticeVerdict.Send letter -> [ for KeyValue(key, value) in letter.Values -> key, value ] |> Map.ofList
    | NoticeVerdict.Skip reason -> failtest $"skipped: {reason}"
    | NoticeVerdict.Cancel reason -> failtest $"cancelled: {reason}"

let private reasonOf verdict =
    match verdict with
    | NoticeVerdict.Send _ -> "sent"
    | NoticeVerdict.Skip reason -> reason
    | NoticeVerdict.Cancel reason -> "cancelled: " + reason

let private judge kind parameters now teams = NoticeRules.judge (facts kind parameters now teams)
let private ofRights = NoticeKind.All |> Array.filter _.IsOfRights

let private memberships =
    testList
        "memberships"
        [ test "a welcome names team and role as they are, and is not sent to whom has gone" {
              let welcome = judge NoticeKind.TeamWelcome [ "teamId", engine ] (user [])
              let sent = values (welcome (inTeam [ added "member" grace; changed "member" "leader" ]))
              Expect.equal (sent["team"], sent["role"], sent["name"]) ("Engine", "leader", "Ada") "now"
              Expect.equal
                  (reasonOf (welcome (inTeam [ added "member" grace; removed ])))
                  "he is no active member any more"
                  "gone"
          }

          test "a removal says why; a return makes it old" {
              let removal = judge NoticeKind.TeamRemoved [ "teamId", engine ] (user [])
              let sent = values (removal (inTeam [ added "member" grace; removed ]))
              Expect.equal (sent["team"], sent["reason"]) ("Engine", "odd") "by his own key"

              let back = { inTeam [ added "member" grace; removed; added "member" grace ] with Cause = Some removed }
              Expect.equal (reasonOf (removal back)) "superseded: he is a member again" "back"
          }

          test "only the newest role is told" {
              let change = judge NoticeKind.TeamRoleChanged [ "role", "leader"; "oldRole", "member" ] (user [])
              let told events = reasonOf (change (inTeam (added "member" grace :: events)))
              Expect.equal (told [ changed "member" "leader" ]) "sent" "newest"
              Expect.equal
                  (told [ changed "member" "leader"; changed "leader" "admin" ])
                  "superseded: his role is another one"
                  "older"
          }

          test "an invitation is sent while it can be taken" {
              let sent until =
                  Membership.Events.TeamInvitationSent
                      { Role = "member"; Message = Some(known "Join us."); ExpiresAt = until; By = grace; At = at }

              let invite = judge NoticeKind.TeamInvitation [ "role", "member" ] (user [])
              Expect.equal (values(invite (inTeam [ sent (at.AddDays 7.) ])).["message"]) "Join us." "open"
              Expect.equal (reasonOf (invite (inTeam [ sent at ]))) "the invitation has expired" "late"
              let taken =
                  { inTeam [ sent (at.AddDays 7.); Membership.Events.TeamInvitationAccepted { By = ada; At = at } ] with
                      Cause = Some(sent (at.AddDays 7.)) }
              Expect.equal (reasonOf (invite taken)) "the invitation is not open any more" "taken"
          }

          test "the preference limits them to leading roles, or to none" {
              let told preference role =
                  let now = user [ prefers TeamNoticeRules.Preference preference ]
                  reasonOf (judge NoticeKind.TeamWelcome [] now (inTeam [ added role grace ])) = "sent"

              for role in TeamRole.All do
                  Expect.isTrue (told "all" role.Name) "the default, spelled out"
                  Expect.isTrue (told "whatever" role.Name) "an unknown word limits nothing"
                  Expect.isFalse (told "none" role.Name) "none"
                  Expect.equal (told "Leaders" role.Name) (role.Rank >= TeamRole.Leader.Rank) role.Name
          } ]

let private others =
    testList
        "teams and rights"
        [ test "outsiders of a new team learn its id, never its name; of its parent only members learn the name" {
              let created more teams =
                  judge NoticeKind.TeamCreated ([ "teamId", engine; "type", "project" ] @ more) (user []) teams
              let head = { inTeam [] with Parent = parent; InParent = membership [ added "admin" grace ] }

              let sent = values (created [ "creator", grace ] head)
              Expect.isFalse (sent.ContainsKey "team") "not his team"
              Expect.equal (sent["parent"], sent["teamId"]) ("Acme", engine) "his team"
              let creator = values (created [] { head with InParent = Membership.Fold.initial })
              Expect.equal creator["team"] "Engine" "its creator knows it"
              Expect.isFalse (creator.ContainsKey "parent") "but is no member of the parent"
              Expect.equal (reasonOf (created [ "creator", ada ] head)) "told as its creator" "once"
          }

          test "a move is named to members; leaders below hear that something above them moved" {
              let move = judge NoticeKind.TeamMoved [ "teamId", engine; "parentId", acme ] (user [])
              let own = values (move { inTeam [ added "member" grace ] with Parent = parent })
              Expect.equal own["team"] "Engine" "a member"
              Expect.isFalse (own.ContainsKey "parent") "not a member of the parent"
              let below = values (move { inTeam [] with Parent = parent })
              Expect.isTrue (below.ContainsKey "above" && not (below.ContainsKey "team")) "below"
              let elsewhere = judge NoticeKind.TeamMoved [ "parentId", engine ] (user []) (inTeam [])
              Expect.equal (reasonOf elsewhere) "superseded: the team was moved again" "older"
          }

          test "an archived team is named with its reason" {
              let gone =
                  [ Team.Events.TeamActivated { By = grace; At = at }
                    Team.Events.TeamArchived { Reason = "finished"; By = grace; At = at } ]
              let sent = values (judge NoticeKind.TeamArchived [] (user []) { inTeam [] with Team = team gone })
              Expect.equal (sent["team"], sent["reason"]) ("Engine", "finished") "NT-18"
          }

          test "a right is told while it is as the notice says" {
              let holding = user [ User.Events.Rights(assigned "global.auditor") ]
              let given now = judge NoticeKind.RightGiven [ "role", "global.auditor" ] now NoticeTeams.None
              let taken now = judge NoticeKind.RightTaken [ "role", "global.auditor" ] now NoticeTeams.None
              Expect.equal (values(given holding).["role"]) "auditor" "by its name"
              Expect.equal (reasonOf (given (user []))) "it is not given any more" "gone"
              Expect.equal (reasonOf (taken holding)) "superseded: it is given again" "back"
              Expect.equal (reasonOf (taken (user []))) "sent" "taken"

              let inside = inTeam [ added "member" grace; Membership.Events.Rights(assigned $"{engine}.scribe") ]
              let sent = values (judge NoticeKind.RightGiven [ "teamId", engine; "role", $"{engine}.scribe" ] (user []) inside)
              Expect.equal (sent["team"], sent["role"]) ("Engine", "scribe") "inside a team"
          } ]

let private people =
    testList
        "people"
        [ test "whoever is suspended, archived or erased hears nothing of teams and rights" {
              let archived = User.Events.UserArchived { Reason = None; By = grace; At = at }
              let purged = User.Events.UserPurged { LegalBasis = "erasure_request"; By = grace; At = at }
              let teams = inTeam [ added "member" grace ]

              for kind in ofRights do
                  Expect.equal (reasonOf (judge kind [] (user [ suspended ]) teams)) "the account is suspended" kind.Name
                  Expect.equal (reasonOf (judge kind [] (user [ archived ]) teams)) "the account is archived" kind.Name
                  Expect.equal (reasonOf (judge kind [] (user [ archived; purged ]) teams)) "cancelled: subject erased" kind.Name
                  Expect.equal
                      (reasonOf (judge kind [] User.Fold.initial teams))
                      "cancelled: there is no such recipient"
                      kind.Name
          }

          test "who wants no notices gets none of them" {
              for kind in ofRights do
                  let quiet = user [ prefers NoticeRules.Preference "false" ]
                  Expect.equal (reasonOf (judge kind [] quiet (inTeam []))) "the recipient wants no notices" kind.Name
          }

          property
              "judging is total, and only people with an active account are sent anything"
              (fun
                  (own: User.Events.Event list)
                  (between: Membership.Events.Event list)
                  (events: Team.Events.Event list)
                  (index: uint32) ->
                  let kind = ofRights[int (index % uint32 ofRights.Length)]
                  let now = user own
                  let teams = { inTeam between with Team = Team.Fold.fold (team []) (Array.ofList events); Parent = parent }

                  match judge kind [ "teamId", engine; "role", "member" ] now teams, User.Queries.tryDetails now with
                  | NoticeVerdict.Send letter, Some details -> details.State = UserState.Active && letter.To <> ""
                  | NoticeVerdict.Send _, None -> false
                  | (NoticeVerdict.Skip reason | NoticeVerdict.Cancel reason), _ -> reason <> "") ]

[<Tests>]
let tests = testList "Team notices" [ reactions; audiences; memberships; others; people ]
