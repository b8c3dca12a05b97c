/// A naive account of who holds what and who was entitled to give it, kept from accepted commands alone. Written from the design
/// (sections 9 and 10) and the catalogue (PE, TM-40...47, FS-40...55, XR), in texts and maps, without any of the domain's own code.
module UmsSti.Application.Tests.Ledger

open System
open UmsSti.Application

/// Something given by name, or a role assigned. `IsDropped`: taken by a suspension (XR-04), of a role its elevated part only.
type Given = { State: string; Until: DateTimeOffset option; IsWeak: bool; IsDropped: bool; By: string }

type Rights = { Grants: Map<string, Given>; Roles: Map<string, Given> }

type Person = { Type: string; State: string; IsApproved: bool; SuspendedBy: string; Rights: Rights }

type Membership = { State: string; Role: string; Rights: Rights }

type Team =
    { State: string
      Parent: string option
      TakesAnybody: bool
      AsksApproval: bool
      DefaultRole: string }

type Ledger =
    {
        Now: DateTimeOffset
        NeedsSecond: bool
        People: Map<string, Person>
        Teams: Map<string, Team>
        /// By team and user.
        Members: Map<string * string, Membership>
        /// By team (none: outside) and name; none when retired.
        Definitions: Map<string option * string, Set<string> option>
    }

let nothing = { Grants = Map.empty; Roles = Map.empty }

let empty now =
    { Now = now
      NeedsSecond = false
      People = Map.empty
      Teams = Map.empty
      Members = Map.empty
      Definitions = Map.empty }

// ---- what the design says of roles and types

let ofRole =
    let all =
        [ "team.view"
          "team.participate"
          "team.members.invite"
          "team.members.manage"
          "team.roles.assign"
          "team.registration.manage"
          "team.settings.manage"
          "team.archive"
          "team.move" ]

    Map
        [ "observer", (1, List.truncate 1 all)
          "member", (2, List.truncate 2 all)
          "leader", (3, List.truncate 3 all)
          "admin", (4, List.truncate 5 all)
          "deputy", (5, List.truncate 6 all)
          "executive", (6, all) ]

let ofType =
    Map
        [ "standard", [ "reports.basic"; "content.public.view" ]
          "admin",
          [ "profile.view"
            "profile.edit"
            "teams.create"
            "teams.manage"
            "users.view"
            "users.edit"
            "users.manage"
            "users.activate"
            "permissions.assign"
            "reports.basic"
            "reports.advanced"
            "audit.view"
            "onboarding.manage"
            "content.public.view" ] ]

let elevated =
    [ "users.create_admin"
      "users.delete"
      "users.data.delete"
      "users.impersonate"
      "system.admin_access"
      "system.configuration"
      "gdpr.manage" ]

/// Grants that work at the lowest level (FS-55).
let readable =
    [ "profile.view"
      "users.view"
      "reports.basic"
      "reports.advanced"
      "audit.view"
      "content.public.view"
      "team.view" ]

let isTeamRight (permission: string) = permission.StartsWith "team."
let rank role = fst ofRole[role]

// ---- what is held

let isOn (ledger: Ledger) (given: Given) =
    given.State = "active" && given.Until |> Option.forall (fun until -> ledger.Now < until)

let isGiven ledger (team: string option) (rights: Rights) permission =
    let byGrant =
        match rights.Grants.TryFind permission with
        | Some given -> isOn ledger given && not given.IsDropped && (not given.IsWeak || List.contains permission readable)
        | None -> false

    let byRole (name, given: Given) =
        match ledger.Definitions.TryFind(team, name) with
        | Some(Some permissions) ->
            isOn ledger given
            && permissions.Contains permission
            && not (given.IsDropped && List.contains permission elevated)
        | _ -> false

    byGrant || rights.Roles |> Map.toSeq |> Seq.exists byRole

let isActive (ledger: Ledger) user = ledger.People.TryFind user |> Option.exists (fun person -> person.State = "active")

let isSystem (ledger: Ledger) (actor: string) =
    actor.StartsWith "system:"
    || ledger.People.TryFind actor |> Option.exists (fun person -> person.Type = "system" && person.State = "active")

let membership (ledger: Ledger) team user =
    ledger.Members.TryFind(team, user) |> Option.filter (fun membership -> membership.State = "active")

/// Whether somebody holds a permission in a team, or outside teams. System users are not asked about: they pass.
let holds (ledger: Ledger) user (team: string option) (permission: string) =
    match ledger.People.TryFind user, team with
    | Some person, None when person.State = "active" ->
        not (isTeamRight permission)
        && (List.contains permission ofType[person.Type] || isGiven ledger None person.Rights permission)
    | Some person, Some team when person.State = "active" ->
        match membership ledger team user with
        | None -> false
        | Some membership ->
            let isLeft =
                match ledger.Teams[team].State with
                | "active" -> true
                | "draft" -> membership.Role = "executive"
                | "inactive" -> List.contains permission [ "team.view"; "team.settings.manage"; "team.archive" ]
                | _ -> false

            isTeamRight permission
            && isLeft
            && (List.contains permission (snd ofRole[membership.Role])
                || isGiven ledger (Some team) membership.Rights permission)
    | _ -> false

// ---- who may give what

let rankIn (ledger: Ledger) team user =
    match membership ledger team user with
    | Some membership -> rank membership.Role
    | None -> 0

/// Rights may be given by who has the office, holds them all, stands above, and is not the one himself.
let mayGive ledger actor user team permissions =
    let office =
        match team with
        | Some _ -> "team.roles.assign"
        | None -> "permissions.assign"

    let isAbove =
        match team with
        | Some team -> rankIn ledger team actor = 6 || rankIn ledger team actor > rankIn ledger team user
        | None -> true

    let mayReceive = isActive ledger user && team |> Option.forall (fun team -> (membership ledger team user).IsSome)

    mayReceive
    && (isSystem ledger actor
        || (actor <> user
            && holds ledger actor team office
            && permissions |> Seq.forall (holds ledger actor team)
            && isAbove))

/// A role of a membership may be given by a member above it with the office, or by an administrator to anybody but himself.
let mayPlace ledger actor team user role office =
    let byRank =
        holds ledger actor (Some team) office
        && (rankIn ledger team actor = 6 || rank role < rankIn ledger team actor)

    isSystem ledger actor || (actor <> user && (byRank || holds ledger actor None "teams.manage"))

let mayOver ledger actor user right = isSystem ledger actor || (actor <> user && holds ledger actor None right)

let mayRun ledger actor team right =
    isSystem ledger actor || holds ledger actor (Some team) right || holds ledger actor None "teams.manage"
