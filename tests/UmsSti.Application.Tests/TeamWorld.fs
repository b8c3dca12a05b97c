/// Short words for what the tests about teams ask of a house.
module UmsSti.Application.Tests.TeamWorld

open System
open UmsSti.Application
open UmsSti.Kernel
open UmsSti.Application.Tests.World

let ofTeams command = Command.OfTeams command
let noEnd = Nullable<DateTimeOffset>()

let draftOf kind name (parent: string | null) : CreateTeam =
    { TeamId = null
      Name = name
      Type = kind
      ParentId = parent
      Details = null
      Settings = null
      Activate = true }

let create kind name (parent: string | null) = ofTeams (TeamCommand.CreateTeam(draftOf kind name parent))
let editTeam team : UpdateTeam = { TeamId = team; Name = null; Details = null }
let renameTeam team name = ofTeams (TeamCommand.UpdateTeam { editTeam team with Name = name })
let setTeam team key (value: string | null) = ofTeams (TeamCommand.SetTeamSetting(team, key, value))
let move team parent = ofTeams (TeamCommand.MoveTeam(team, parent, null))
let stepTeam team step = ofTeams (TeamCommand.ChangeTeamState(team, step))

let archiveWith team (children: string | null) (target: string | null) =
    ofTeams (TeamCommand.ArchiveTeam { TeamId = team; Reason = "finished"; Children = children; ReassignTo = target })

let archiveTeam team = archiveWith team null null
let ofMember team user step = ofTeams (TeamCommand.ChangeMembership(team, user, step))
let addTo team user role = ofMember team user (MembershipStep.Add role)
let roleIn team user role = ofMember team user (MembershipStep.ChangeRole role)
let leave team user = ofMember team user (MembershipStep.Leave null)
let removeFrom team user = ofMember team user (MembershipStep.Remove null)
let ofGrant user (team: string | null) permission step = ofTeams (TeamCommand.ChangeGrant(user, team, permission, step))
let giveUntil user (team: string | null) permission expiresAt =
    ofGrant user team permission (GrantStep.Grant(null, expiresAt, "for tests"))
let give user (team: string | null) permission = giveUntil user team permission noEnd
let revoke user (team: string | null) permission = ofGrant user team permission (GrantStep.Revoke "over")
let ofAssignment user (team: string | null) role step = ofTeams (TeamCommand.ChangeAssignment(user, team, role, step))
let assign user (team: string | null) role = ofAssignment user team role (AssignmentStep.Assign noEnd)
let ofRole (team: string | null) name step = ofTeams (TeamCommand.ChangeRole(team, name, step))
let define (team: string | null) name permissions = ofRole team name (RoleStep.Define("for tests", permissions, null))
let permitIn (team: string | null) name permissions = ofRole team name (RoleStep.Change(null, permissions))
let setSystem key value = ofTeams (TeamCommand.ChangeSystemSetting(key, value))
let workIn user team = ofTeams (TeamCommand.SetActiveTeam(user, team))

/// The team in an answer.
let teamOf (accepted: Accepted) : TeamView =
    match accepted.Entity with
    | EntityView.Team team
    | EntityView.Moved(team, _) -> team
    | other -> failwith $"{other} is no team."

/// The teams a move has moved.
let movedOf (accepted: Accepted) : string list =
    match accepted.Entity with
    | EntityView.Moved(_, teams) -> List.ofArray teams
    | other -> failwith $"{other} was not moved."

let memberOf (accepted: Accepted) : MemberView =
    match accepted.Entity with
    | EntityView.Member person -> person
    | other -> failwith $"{other} is no member."

let grantOf (accepted: Accepted) : GrantView =
    match accepted.Entity with
    | EntityView.Grant grant -> grant
    | other -> failwith $"{other} is no grant."

let assignmentOf (accepted: Accepted) : AssignmentView =
    match accepted.Entity with
    | EntityView.Assignment assignment -> assignment
    | other -> failwith $"{other} is no assignment."

let roleOf (accepted: Accepted) : RoleView =
    match accepted.Entity with
    | EntityView.Role role -> role
    | other -> failwith $"{other} is no role."

/// The id of a team that is made by the command.
let made (house: House) (actor: string) command = (teamOf (house.Do(actor, command))).Id

let tryTeam (house: House) team = run (house.App.Teams.TryTeam(team, Moment.Now, anyToken)) |> ValueOption.toOption

let team (house: House) id =
    match tryTeam house id with
    | Some view -> view
    | None -> failwith $"There is no team {id}."

let tryPerson (house: House) team user = run (house.App.Teams.TryMember(team, user, Moment.Now, anyToken)) |> ValueOption.toOption

let person (house: House) team user =
    match tryPerson house team user with
    | Some view -> view
    | None -> failwith $"There is nothing between {team} and {user}."

/// The code of a refusal that stores nothing.
let codeOf (house: House) (actor: string) command = (house.Refusal(actor, command)).Code

/// Types of the events that a command stores.
let storedBy (house: House) (actor: string) command =
    let head = house.Head
    house.Do(actor, command) |> ignore
    house.TypesAfter head

/// An organisation of an admin: `Boss` is its executive, the tree is Org > Department > Project > Squad.
type Firm = { House: House; Boss: string; Org: string; Department: string; Project: string; Squad: string }

/// A house with a small organisation.
let firmIn (house: House) =
    let boss = house.Active("admin", "boss@example.org")
    let org = made house boss (create "organization" "Acme" null)
    let department = made house boss (create "department" "Research" org)
    let project = made house boss (create "project" "Engine" department)
    let squad = made house boss (create "squad" "Crew" project)

    { House = house; Boss = boss; Org = org; Department = department; Project = project; Squad = squad }

let firm () = firmIn (House())

/// Another process over the same logs: it waits for none of the house's turns.
let elsewhere (house: House) =
    let log = house.EventLog :> IEventLog

    let seen =
        { new IEventLog with
            member _.LoadStream(stream, fromIndex, ct) = log.LoadStream(stream, fromIndex, ct)
            member _.Append(request, ct) = log.Append(request, ct)
            member _.ReadAll(after, count, ct) = log.ReadAll(after, count, ct)
            member _.Head = log.Head
            member _.AwaitBeyond(position, ct) = log.AwaitBeyond(position, ct) }

    Application { house.Parts with Events = seen }

/// A new active standard user who is in the team in a role.
let hire (firm: Firm) team role name =
    let user = firm.House.Active("standard", $"{name}@example.org")
    firm.House.Do(root, addTo team user role) |> ignore
    user
