/// Teams, memberships and rights at every place of their machines, made by the domain's own decisions.
module UmsSti.Domain.Tests.TeamSamples

open System
open UmsSti.Domain
open UmsSti.Domain.Tests.Samples

/// The n-th team's id.
let teamId n = TeamId.Parse(Ulid.create (1_700_000_000_000L + int64 n) (Array.create 10 (byte n)))

let teamName (text: string) = valid (TeamName.Create text)
let slug (text: string) = valid (Slug.Create text)
let detail field (text: string) = valid (TeamDetail.Create(field, text))
let setting key (text: string) = valid (TeamSettingEntry.Create(key, text))
let roleId team (name: string) = valid (RoleId.Create(team, name))

let creation: Team.Creation =
    { Type = TeamType.Organization
      Name = teamName "Analytical Engines"
      Slug = slug "analytical-engines"
      Parent = None
      Organization = teamId 1
      Details = [ detail TeamField.LegalName "Analytical Engines Ltd" ]
      Settings = [ setting TeamSetting.AllowSelfRegistration "true" ]
      Owner = Some(person 1)
      Activate = false }

let teamContext now : Team.Decisions.Context =
    { Now = now
      Subject = teamId 1
      Actor = (person 1).Value
      ActorIsSystem = false
      ParentState = ValueNone
      HasActiveOwner = true }

/// A command that asks for the step and whose guards hold for the sample teams.
let teamCommand step =
    match step with
    | Team.Step.Create -> Team.Command.Create creation
    | Team.Step.Update -> Team.Command.Update { Name = Some(teamName "Difference Engines"); Changes = [] }
    | Team.Step.SetSetting -> Team.Command.SetSetting(setting TeamSetting.Visibility "private")
    | Team.Step.Activate -> Team.Command.Activate
    | Team.Step.Deactivate -> Team.Command.Deactivate None
    | Team.Step.Suspend -> Team.Command.Suspend(reason "audit")
    | Team.Step.LiftSuspension -> Team.Command.LiftSuspension None
    | Team.Step.Archive -> Team.Command.Archive(reason "done")
    | Team.Step.Cancel -> Team.Command.Cancel
    | Team.Step.Purge -> Team.Command.Purge
    | Team.Step.StartMaintenance -> Team.Command.StartMaintenance
    | Team.Step.CompleteMaintenance -> Team.Command.CompleteMaintenance
    | Team.Step.CloseMembership -> Team.Command.CloseMembership
    | Team.Step.OpenMembership -> Team.Command.OpenMembership
    | Team.Step.Move -> Team.Command.Move(teamId 9, [| (teamId 1).Value |], None)
    | Team.Step.AssignExecutive -> Team.Command.AssignExecutive(person 2)
    | Team.Step.ReleaseExecutive -> Team.Command.ReleaseExecutive(person 1, true)

let private teamPath state =
    match state with
    | TeamState.Draft -> []
    | TeamState.Active -> [ Team.Step.Activate ]
    | TeamState.Inactive -> [ Team.Step.Activate; Team.Step.Deactivate ]
    | TeamState.Suspended -> [ Team.Step.Activate; Team.Step.Suspend ]
    | TeamState.Archived -> [ Team.Step.Activate; Team.Step.Archive ]
    | TeamState.Cancelled -> [ Team.Step.Cancel ]
    | TeamState.Purged -> [ Team.Step.Cancel; Team.Step.Purge ]

/// Runs one step on a team.
let runTeam state step =
    let outcome, events = Team.Decisions.decide (teamContext start) (teamCommand step) state
    outcome, events, Team.Fold.fold state events

/// A team in the state.
let team state =
    (Team.Fold.initial, Team.Step.Create :: teamPath state)
    ||> List.fold (fun team step ->
        match runTeam team step with
        | Team.Decisions.Outcome.Accepted, _, next -> next
        | Team.Decisions.Outcome.Rejected rejected, _, _ -> failwith $"{step} refused: {rejected}")

let teamDetails state =
    match state with
    | Team.Fold.Created details -> details
    | Team.Fold.Initial -> failwith "no such team"

let openTeam: Membership.TeamFacts =
    { IsLive = true
      AllowsMembers = true
      AllowsSelfRegistration = true
      NeedsApproval = true
      DefaultRole = TeamRole.Member }

let memberContext now : Membership.Decisions.Context =
    { Now = now
      Subject = { Id = person 2; Type = UserType.Standard; State = UserState.Active }
      Team = openTeam
      Actor = (person 1).Value
      Power = Membership.Power.Ranked TeamRole.Executive }

/// A command that asks for the step and whose guards hold for the sample memberships.
let memberCommand (now: DateTimeOffset) step =
    match step with
    | Membership.Step.Add -> Membership.Command.Add TeamRole.Member
    | Membership.Step.Invite -> Membership.Command.Invite(TeamRole.Member, now.AddDays 7.0, None)
    | Membership.Step.AcceptInvitation -> Membership.Command.AcceptInvitation
    | Membership.Step.DeclineInvitation -> Membership.Command.DeclineInvitation None
    | Membership.Step.ExpireInvitation -> Membership.Command.ExpireInvitation
    | Membership.Step.RevokeInvitation -> Membership.Command.RevokeInvitation None
    | Membership.Step.Request -> Membership.Command.Request None
    | Membership.Step.ApproveRequest -> Membership.Command.ApproveRequest None
    | Membership.Step.RejectRequest -> Membership.Command.RejectRequest None
    | Membership.Step.WithdrawRequest -> Membership.Command.WithdrawRequest
    | Membership.Step.ChangeRole -> Membership.Command.ChangeRole TeamRole.Leader
    | Membership.Step.Deactivate -> Membership.Command.Deactivate None
    | Membership.Step.Suspend -> Membership.Command.Suspend None
    | Membership.Step.Reactivate -> Membership.Command.Reactivate
    | Membership.Step.Leave -> Membership.Command.Leave None
    | Membership.Step.Remove -> Membership.Command.Remove None

/// When a step is asked for, so that its guard about time holds.
let memberTime step (now: DateTimeOffset) =
    match step with
    | Membership.Step.ExpireInvitation -> now.AddDays 8.0
    | _ -> now.AddMinutes 5.0

/// Runs one step on a membership.
let runMember now state step =
    let at = memberTime step now
    let outcome, events = Membership.Decisions.decide (memberContext at) (memberCommand at step) state
    outcome, events, Membership.Fold.fold state events, at

let private memberPath state =
    let invited, requested, active = [ Membership.Step.Invite ], [ Membership.Step.Request ], [ Membership.Step.Add ]

    match state with
    | MembershipState.Invited -> invited
    | MembershipState.Requested -> requested
    | MembershipState.Active -> active
    | MembershipState.Inactive -> active @ [ Membership.Step.Deactivate ]
    | MembershipState.Suspended -> active @ [ Membership.Step.Suspend ]
    | MembershipState.Declined -> invited @ [ Membership.Step.DeclineInvitation ]
    | MembershipState.Expired -> invited @ [ Membership.Step.ExpireInvitation ]
    | MembershipState.Revoked -> invited @ [ Membership.Step.RevokeInvitation ]
    | MembershipState.Rejected -> requested @ [ Membership.Step.RejectRequest ]
    | MembershipState.Withdrawn -> requested @ [ Membership.Step.WithdrawRequest ]
    | MembershipState.Left -> active @ [ Membership.Step.Leave ]
    | MembershipState.Removed -> active @ [ Membership.Step.Remove ]

/// A membership in the state, and the time of its last event.
let membership state =
    ((Membership.Fold.initial, start), memberPath state)
    ||> List.fold (fun (membership, now) step ->
        match runMember now membership step with
        | Membership.Decisions.Outcome.Accepted, _, next, at -> next, at
        | Membership.Decisions.Outcome.Rejected rejected, _, _, _ -> failwith $"{step} refused: {rejected}")

let memberDetails state =
    match state with
    | Membership.Fold.Known details -> details
    | Membership.Fold.Initial -> failwith "no such membership"

/// A context in which a granter who holds everything gives to an active member of team 1.
let rightsContext now : Rights.Context =
    { Now = now
      Actor = (person 1).Value
      Subject = person 2
      SubjectType = UserType.Standard
      SubjectIsActive = true
      Team = ValueSome(teamId 1)
      Granter =
        { IsUnlimited = false
          Holds = Permission.team
          Rank = TeamRole.Executive.Rank
          TargetRank = TeamRole.Member.Rank }
      Role = Some { Permissions = PermissionSet.Of [ Permission.TeamMembersInvite ]; IsRetired = false }
      RolesNeedApproval = false }
