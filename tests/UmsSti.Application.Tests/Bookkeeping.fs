/// How the account of `Ledger` goes on with every accepted command. It throws where somebody gave what he was not entitled to give.
module UmsSti.Application.Tests.Bookkeeping

open System
open UmsSti.Application
open UmsSti.Application.Tests.Ledger

let private unless entitled reason = if entitled then () else failwith $"not entitled: {reason}"

let private until (expiresAt: Nullable<DateTimeOffset>) = Option.ofNullable expiresAt

let private given actor state (until: DateTimeOffset option) isWeak =
    { State = state; Until = until; IsWeak = isWeak; IsDropped = false; By = actor }

let private rightsOf (ledger: Ledger) user team =
    match team with
    | None -> ledger.People[user].Rights
    | Some team -> ledger.Members[(team, user)].Rights

let private withRights user team rights (ledger: Ledger) =
    match team with
    | None ->
        { ledger with
            People = ledger.People |> Map.change user (Option.map (fun person -> { person with Rights = rights })) }
    | Some team ->
        { ledger with
            Members = ledger.Members |> Map.change (team, user) (Option.map (fun member' -> { member' with Rights = rights })) }

let private setGrant user team permission (change: Given option -> Given) ledger =
    let rights = rightsOf ledger user team
    withRights user team { rights with Grants = rights.Grants |> Map.change permission (change >> Some) } ledger

let private setRole user team name (change: Given option -> Given) ledger =
    let rights = rightsOf ledger user team
    withRights user team { rights with Roles = rights.Roles |> Map.change name (change >> Some) } ledger

let private now' state (known: Given option) = { known.Value with Given.State = state }

let private changeGrant actor user team permission (step: GrantStep) ledger =
    let give state change =
        unless (mayGive ledger actor user team [ permission ]) $"{permission} by {actor}"
        setGrant user team permission change ledger

    match step with
    | GrantStep.Grant(level, expiresAt, _) ->
        give "active" (fun _ -> given actor "active" (until expiresAt) (level = "read_only"))
    | GrantStep.Approve -> give "active" (now' "active")
    | GrantStep.LiftSuspension _ -> give "active" (now' "active")
    | GrantStep.Request(expiresAt, _) ->
        unless (actor = user || isSystem ledger actor) "asking for another"
        setGrant user team permission (fun _ -> given actor "requested" (until expiresAt) false) ledger
    | GrantStep.Suspend _ -> setGrant user team permission (now' "suspended") ledger
    | GrantStep.Revoke _ -> setGrant user team permission (now' "revoked") ledger
    | GrantStep.Deny _ -> setGrant user team permission (now' "denied") ledger
    | GrantStep.ExpireRequest ->
        unless (isSystem ledger actor || holds ledger actor None "system.configuration") "closing a request"
        setGrant user team permission (now' "expired") ledger
    | GrantStep.ChangeLevel "read_only" -> setGrant user team permission (fun known -> { known.Value with IsWeak = true }) ledger
    | GrantStep.ChangeLevel _ -> give "active" (fun known -> { known.Value with IsWeak = false })

let private changeMembership actor team user (step: MembershipStep) ledger =
    let put membership = { ledger with Members = ledger.Members.Add((team, user), membership) }
    let known = ledger.Members.TryFind(team, user)
    let fresh state role = put { State = state; Role = role; Rights = nothing }
    let become state = put { known.Value with Membership.State = state }

    let place role office = unless (isActive ledger user && mayPlace ledger actor team user role office) $"{role} by {actor}"

    let reach () =
        let above = rankIn ledger team actor = 6 || rank known.Value.Role < rankIn ledger team actor
        unless (isSystem ledger actor || above || holds ledger actor None "teams.manage") $"acting on one above by {actor}"

    match step with
    | MembershipStep.Add role ->
        place role "team.members.manage"
        fresh "active" role
    | MembershipStep.Invite(role, _, _) ->
        place role "team.members.invite"
        fresh "invited" role
    | MembershipStep.AcceptInvitation ->
        unless ((actor = user || isSystem ledger actor) && known.Value.State = "invited") "accepting for another"
        fresh "active" known.Value.Role
    | MembershipStep.Request role ->
        let team' = ledger.Teams[team]
        let role = role |> Option.ofObj |> Option.defaultValue team'.DefaultRole
        unless (actor = user || isSystem ledger actor) "asking for another"
        let isLetIn = team'.TakesAnybody && not team'.AsksApproval && role = team'.DefaultRole
        fresh (if isLetIn then "active" else "requested") role
    | MembershipStep.ApproveRequest role ->
        let role = role |> Option.ofObj |> Option.defaultValue known.Value.Role
        place role "team.members.manage"
        fresh "active" role
    | MembershipStep.ChangeRole role ->
        reach ()
        // An executive may step down by himself.
        unless
            (mayPlace ledger actor team user role "team.members.manage" || (actor = user && rankIn ledger team actor = 6))
            $"{role} by {actor}"

        put { known.Value with Role = role }
    | MembershipStep.Reactivate ->
        place known.Value.Role "team.members.manage"
        become "active"
    | MembershipStep.Suspend _ -> become "suspended"
    | MembershipStep.Deactivate _ -> become "inactive"
    | MembershipStep.ExpireInvitation ->
        unless (isSystem ledger actor || holds ledger actor None "system.configuration") "closing an invitation"
        fresh "gone" known.Value.Role
    | MembershipStep.DeclineInvitation _
    | MembershipStep.RevokeInvitation _
    | MembershipStep.RejectRequest _
    | MembershipStep.WithdrawRequest
    | MembershipStep.Leave _
    | MembershipStep.Remove _ -> fresh "gone" known.Value.Role

let private changeAssignment actor user team name (step: AssignmentStep) ledger =
    let content = ledger.Definitions[(team, name)] |> Option.defaultValue Set.empty

    let give change =
        unless (mayGive ledger actor user team content) $"role {name} by {actor}"
        setRole user team name change ledger

    match step with
    | AssignmentStep.Assign expiresAt ->
        let state = if ledger.NeedsSecond then "pending" else "active"

        // PE-23: who is no member is let in first.
        let isOutside team = ledger.Members.TryFind(team, user) |> Option.forall (fun membership -> membership.State = "gone")

        let entered =
            match team with
            | Some team when isOutside team -> changeMembership actor team user (MembershipStep.Add "member") ledger
            | _ -> ledger

        unless (mayGive entered actor user team content) $"role {name} by {actor}"
        setRole user team name (fun _ -> given actor state (until expiresAt) false) entered
    | AssignmentStep.Activate ->
        let known = (rightsOf ledger user team).Roles[name]
        unless (isSystem ledger actor || known.By <> actor) $"approving his own {name} by {actor}"
        give (now' "active")
    | AssignmentStep.Reactivate -> give (now' "active")
    | AssignmentStep.Cancel _ -> setRole user team name (now' "cancelled") ledger
    | AssignmentStep.Deactivate _ -> setRole user team name (now' "inactive") ledger
    | AssignmentStep.LiftSuspension _ -> give (now' "active")
    | AssignmentStep.Suspend _ -> setRole user team name (now' "suspended") ledger
    | AssignmentStep.Revoke _ -> setRole user team name (now' "revoked") ledger

/// What is put into a role is given to everyone who has it: by who runs the roles there, holds it, and does not have the role himself.
let private changeRole actor team name (step: RoleStep) ledger =
    let office =
        match team with
        | Some _ -> "team.settings.manage"
        | None -> "permissions.assign"

    let hasIt =
        match ledger.People.ContainsKey actor, team with
        | false, _ -> false
        | true, Some team when not (ledger.Members.ContainsKey(team, actor)) -> false
        | true, team ->
            match (rightsOf ledger actor team).Roles.TryFind name with
            | Some given -> List.contains given.State [ "active"; "pending"; "inactive"; "suspended" ]
            | None -> false

    let mayFill added =
        isSystem ledger actor
        || (holds ledger actor team office
            && added |> Seq.forall (holds ledger actor team)
            && (Seq.isEmpty added || not hasIt))

    let set value = { ledger with Definitions = ledger.Definitions.Add((team, name), value) }
    let known = ledger.Definitions.TryFind(team, name) |> Option.flatten |> Option.defaultValue Set.empty

    match step with
    | RoleStep.Define(_, permissions, _) ->
        unless (mayFill permissions) $"defining {name} by {actor}"
        set (Some(Set.ofArray permissions))
    | RoleStep.Change(_, null) -> ledger
    | RoleStep.Change(_, permissions) ->
        let permissions = nonNull permissions |> Set.ofArray
        let added = permissions - known
        unless (mayFill added) $"filling {name} by {actor}"

        // Into a role that others have, of whatever rank, only the highest rank may put something.
        unless
            (isSystem ledger actor || team |> Option.forall (fun team -> rankIn ledger team actor = 6) || added.IsEmpty)
            $"filling {name} above his rank by {actor}"

        set (Some permissions)
    | RoleStep.Retire _ -> set None

let rec private below (ledger: Ledger) team =
    [ for pair in ledger.Teams do
          if pair.Value.Parent = Some team then
              pair.Key
              yield! below ledger pair.Key ]

let private setTeam team change (ledger: Ledger) = { ledger with Teams = ledger.Teams |> Map.change team (Option.map change) }

let private changeTeam actor team (step: TeamStep) ledger =
    let become state = ledger |> setTeam team (fun team -> { team with Team.State = state })

    match step with
    | TeamStep.Activate ->
        unless (mayRun ledger actor team "team.archive") $"waking the team by {actor}"
        become "active"
    | TeamStep.LiftSuspension _ ->
        unless (isSystem ledger actor || holds ledger actor None "teams.manage") $"releasing the team by {actor}"
        become "active"
    | TeamStep.Deactivate _ -> become "inactive"
    | TeamStep.Suspend _ -> become "suspended"
    | TeamStep.Cancel -> become "cancelled"
    | TeamStep.Purge -> become "purged"
    | TeamStep.StartMaintenance
    | TeamStep.CompleteMaintenance
    | TeamStep.CloseMembership
    | TeamStep.OpenMembership -> ledger

let private createTeam actor (draft: CreateTeam) id ledger =
    let mayBelow =
        match draft.ParentId with
        | null -> true
        | parent -> mayRun ledger actor parent "team.members.manage"

    unless (isSystem ledger actor || (holds ledger actor None "teams.create" && mayBelow)) $"creating by {actor}"

    let team =
        { State = (if draft.Activate then "active" else "draft")
          Parent = Option.ofObj draft.ParentId
          TakesAnybody = false
          AsksApproval = true
          DefaultRole = "member" }

    let made = { ledger with Teams = ledger.Teams.Add(id, team) }

    if isSystem ledger actor then
        made
    else
        { made with
            Members = made.Members.Add((id, actor), { State = "active"; Role = "executive"; Rights = nothing }) }

let private setSetting actor team key (value: string | null) ledger =
    // CM-58: self-registration is the business of executives and deputies, so that nobody opens a team from outside to step in.
    let configures = isSystem ledger actor || holds ledger actor (Some team) "team.registration.manage"

    match key with
    | "allow_self_registration" ->
        unless configures $"{key} by {actor}"
        ledger |> setTeam team (fun team -> { team with TakesAnybody = (value = "true") })
    | "approval_required" ->
        unless configures $"{key} by {actor}"
        ledger |> setTeam team (fun team -> { team with AsksApproval = (value <> "false") })
    | "default_role" ->
        unless configures $"{key} by {actor}"
        ledger
        |> setTeam team (fun team -> { team with DefaultRole = value |> Option.ofObj |> Option.defaultValue "member" })
    | _ ->
        unless (mayRun ledger actor team "team.settings.manage") $"{key} by {actor}"
        ledger

let private archive actor (raw: ArchiveTeam) ledger =
    unless (mayRun ledger actor raw.TeamId "team.archive") $"archiving by {actor}"
    let close team =
        setTeam team (fun team ->
            if team.State = "draft" then
                { team with State = "cancelled" }
            else
                { team with State = "archived" })
    let isOpen team = List.contains ledger.Teams[team].State [ "draft"; "active"; "inactive"; "suspended" ]

    match raw.Children with
    | "cascade" ->
        (ledger, raw.TeamId :: (below ledger raw.TeamId |> List.filter isOpen))
        ||> List.fold (fun ledger team -> close team ledger)
    | "reassign" ->
        let children =
            [ for pair in ledger.Teams do
                  if pair.Value.Parent = Some raw.TeamId && isOpen pair.Key then
                      pair.Key ]
        (close raw.TeamId ledger, children)
        ||> List.fold (fun ledger child -> setTeam child (fun team -> { team with Parent = Option.ofObj raw.ReassignTo }) ledger)
    | _ -> close raw.TeamId ledger

let private ofTeams actor (command: TeamCommand) (made: string) ledger =
    match command with
    | TeamCommand.CreateTeam draft -> createTeam actor draft made ledger
    | TeamCommand.UpdateTeam raw ->
        unless (mayRun ledger actor raw.TeamId "team.settings.manage") $"editing by {actor}"
        ledger
    | TeamCommand.SetTeamSetting(team, key, value) -> setSetting actor team key value ledger
    | TeamCommand.MoveTeam(team, parent, _) ->
        unless
            (isSystem ledger actor
             || holds ledger actor None "teams.manage"
             || (holds ledger actor (Some team) "team.move" && holds ledger actor (Some parent) "team.move"))
            $"moving by {actor}"

        ledger |> setTeam team (fun team -> { team with Parent = Some parent })
    | TeamCommand.ChangeTeamState(team, step) -> changeTeam actor team step ledger
    | TeamCommand.ArchiveTeam raw -> archive actor raw ledger
    | TeamCommand.ChangeMembership(team, user, step) -> changeMembership actor team user step ledger
    | TeamCommand.ChangeGrant(user, team, permission, step) -> changeGrant actor user (Option.ofObj team) permission step ledger
    | TeamCommand.ChangeAssignment(user, team, name, step) -> changeAssignment actor user (Option.ofObj team) name step ledger
    | TeamCommand.ChangeRole(team, name, step) -> changeRole actor (Option.ofObj team) name step ledger
    | TeamCommand.ExpireRights _ ->
        unless (isSystem ledger actor || holds ledger actor None "system.configuration") $"expiring by {actor}"
        ledger
    | TeamCommand.SetActiveTeam(user, _) ->
        unless (actor = user || isSystem ledger actor) "choosing for another"
        ledger
    | TeamCommand.ChangeSystemSetting(key, value) ->
        unless (isSystem ledger actor || holds ledger actor None "system.configuration") $"configuring by {actor}"
        if key = "role_assignments_need_approval" then
            { ledger with NeedsSecond = (value = "true") }
        else
            ledger

/// XR-04: an admin who is suspended loses what is elevated for good.
let private drop (person: Person) =
    let loseRole _ (given: Given) = if given.State = "pending" then given else { given with IsDropped = true }

    if person.Type = "admin" then
        { person with
            Rights =
                { Grants =
                    person.Rights.Grants
                    |> Map.map (fun name given ->
                        if List.contains name elevated && given.State <> "requested" then
                            { given with IsDropped = true }
                        else
                            given)
                  Roles = person.Rights.Roles |> Map.map loseRole } }
    else
        person

let private setPerson user change (ledger: Ledger) = { ledger with People = ledger.People |> Map.change user (Option.map change) }

let private released (person: Person) = if person.Type = "admin" && not person.IsApproved then "applied" else "active"

let private activate actor user (ledger: Ledger) =
    let person = ledger.People[user]
    let right =
        if person.Type = "admin" && not person.IsApproved then
            "users.create_admin"
        else
            "users.activate"
    unless (mayOver ledger actor user right) $"activating by {actor}"
    ledger |> setPerson user (fun person -> { person with State = "active"; IsApproved = true })

let private register actor (raw: RegisterUser) made (ledger: Ledger) =
    unless
        (raw.Type = "standard"
         || isSystem ledger actor
         || (raw.Type = "admin" && holds ledger actor None "users.create_admin"))
        $"registering {raw.Type} by {actor}"

    unless
        (not raw.Activate
         || isSystem ledger actor
         || raw.Type = "admin"
         || (holds ledger actor None "users.manage" && holds ledger actor None "users.activate"))
        $"registering at once by {actor}"

    let state =
        if raw.Activate then "active"
        elif raw.Type = "admin" then "applied"
        else "pending"
    let person = { Type = raw.Type; State = state; IsApproved = raw.Activate; SuspendedBy = ""; Rights = nothing }
    { ledger with People = ledger.People.Add(made, person) }

/// The account after an accepted command that stored something; throws when it gave what nobody entitled gave. `made` is the id the
/// answer carries.
let keep actor (command: Command) (made: string) (ledger: Ledger) =
    let become user state = ledger |> setPerson user (fun person -> { person with Person.State = state })

    match command with
    | Command.OfTeams command -> ofTeams actor command made ledger
    | Command.RegisterUser raw -> register actor raw made ledger
    | Command.ActivateUser user -> activate actor user ledger
    | Command.DeactivateUser(user, _) -> become user "inactive"
    | Command.SuspendUser(user, _, _) ->
        ledger |> setPerson user (fun person -> { drop person with State = "suspended"; SuspendedBy = actor })
    | Command.UnsuspendUser(user, _) ->
        unless (mayOver ledger actor user "users.manage") $"releasing by {actor}"
        unless (isSystem ledger actor || ledger.People[user].SuspendedBy <> actor) "reviewing his own suspension"
        ledger |> setPerson user (fun person -> { person with State = released person; SuspendedBy = "" })
    | Command.OpenAdminReview(user, _) -> become user "reviewed"
    | Command.ConcludeAdminReview(user, outcome, _) ->
        unless (mayOver ledger actor user "users.manage") $"concluding by {actor}"

        unless
            (outcome <> "passed" || isSystem ledger actor || ledger.People[user].SuspendedBy <> actor)
            "reviewing his own suspension"

        ledger
        |> setPerson user (fun person ->
            match outcome with
            | "passed" -> { person with State = released person; SuspendedBy = "" }
            | "failed" -> { drop person with State = "suspended"; SuspendedBy = actor }
            | _ -> { person with State = "archived" })
    | Command.RejectAdmin(user, _) -> become user "rejected"
    | Command.ArchiveUser(user, _) -> become user "archived"
    | Command.PurgeUser(user, _) ->
        unless (isSystem ledger actor || holds ledger actor None "gdpr.manage") $"purging by {actor}"
        ledger |> setPerson user (fun person -> { person with State = "purged"; Rights = nothing })
    | other -> failwith $"The account does not know {other}."
