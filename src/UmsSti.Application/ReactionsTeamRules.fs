namespace UmsSti.Application

open System
open System.Collections.Generic
open UmsSti.Domain

/// What is known about the teams a notice speaks of when it is to be sent; everything is initial where it speaks of none.
[<NoComparison>]
type NoticeTeams =
    {
        /// The event that caused it, when it is of the recipient's own membership.
        Cause: Membership.Events.Event option
        Team: Team.Fold.State
        /// The parent the event names.
        Parent: Team.Fold.State
        /// The recipient in the team, and in the parent.
        InTeam: Membership.Fold.State
        InParent: Membership.Fold.State
    }

    /// Of a notice that speaks of no team.
    static member None =
        { Cause = None
          Team = Team.Fold.initial
          Parent = Team.Fold.initial
          InTeam = Membership.Fold.initial
          InParent = Membership.Fold.initial }

/// What people may read in a notice about teams and rights, or why it need not be sent any more. Whoever is outside a team learns
/// its id from its parent's notices, never its name (promise 4 of the design).
[<RequireQualifiedAccess>]
module TeamNoticeRules =
    /// The preference that limits notices of memberships (CX-33): `all` when it was never set, `leaders` or `none`.
    [<Literal>]
    let Preference = "membership_notifications"

    type private Facts =
        { Parameters: IReadOnlyDictionary<string, string>
          RecipientId: string
          User: User.Fold.Details
          At: DateTimeOffset
          Teams: NoticeTeams }

        member this.Find key =
            match this.Parameters.TryGetValue key with
            | true, value -> Some value
            | false, _ -> None

        member this.Text key = this.Find key |> Option.defaultValue ""

    let private nameOf team =
        match team with
        | Team.Fold.Created details -> [ "team", details.Name ]
        | Team.Fold.Initial -> []

    let private sees facts membership = facts.User.Type = UserType.System || Membership.Queries.isActive membership
    let private named key team = nameOf team |> List.map (fun (_, name) -> key, name)

    let private reason (personal: Personal option) =
        personal |> Option.bind Personal.tryGet |> Option.map (fun text -> "reason", text) |> Option.toList

    // ---- memberships

    /// Whether the person wants notices about a membership with one of these roles.
    let wantsMembership (user: User.Fold.Details) (roles: string list) =
        match user.Preferences.TryFind Preference with
        | Some(Personal.Known text) ->
            match text.Trim().ToLowerInvariant() with
            | "none" -> false
            | "leaders" -> roles |> List.exists TeamAudiences.isLeading
            | _ -> true
        | Some Personal.Erased
        | None -> true

    let private invitation facts =
        match Membership.Queries.tryDetails facts.Teams.InTeam, facts.Teams.Cause with
        | Some now, Some(Membership.Events.TeamInvitationSent e) when now.State = MembershipState.Invited ->
            if now.InvitationExpiresAt <> Some e.ExpiresAt then
                Error "superseded: he was invited anew"
            elif facts.At >= e.ExpiresAt then
                Error "the invitation has expired"
            else
                let message = e.Message |> Option.bind Personal.tryGet |> Option.map (fun text -> "message", text)
                Ok(nameOf facts.Teams.Team @ Option.toList message)
        | _ -> Error "the invitation is not open any more"

    let private welcome facts =
        match Membership.Queries.tryDetails facts.Teams.InTeam with
        | Some now when now.State = MembershipState.Active ->
            if wantsMembership facts.User [ now.Role.Name ] then
                Ok(("role", now.Role.Name) :: nameOf facts.Teams.Team)
            else
                Error "the recipient wants no such notices of memberships"
        | _ -> Error "he is no active member any more"

    let private removed facts =
        match Membership.Queries.tryDetails facts.Teams.InTeam, facts.Teams.Cause with
        | Some now, Some(Membership.Events.TeamMemberRemoved e) when now.State <> MembershipState.Active ->
            if wantsMembership facts.User [ now.Role.Name ] then
                Ok(nameOf facts.Teams.Team @ reason e.Reason)
            else
                Error "the recipient wants no such notices of memberships"
        | _ -> Error "superseded: he is a member again"

    let private roleChanged facts =
        match Membership.Queries.tryDetails facts.Teams.InTeam with
        | Some now when now.State = MembershipState.Active && now.Role.Name = facts.Text "role" ->
            if wantsMembership facts.User [ facts.Text "role"; facts.Text "oldRole" ] then
                Ok(nameOf facts.Teams.Team)
            else
                Error "the recipient wants no such notices of memberships"
        | _ -> Error "superseded: his role is another one"

    // ---- teams

    let private created facts =
        match facts.Teams.Team with
        | Team.Fold.Created team when team.State <> TeamState.Cancelled && team.State <> TeamState.Purged ->
            let isCreator = facts.Find("creator").IsNone

            if facts.Find "creator" = Some facts.RecipientId then
                Error "told as its creator"
            else
                let teams = facts.Teams

                Ok
                    [ if isCreator || sees facts teams.InTeam then
                          yield! nameOf teams.Team
                      if sees facts teams.InParent then
                          yield! named "parent" teams.Parent ]
        | _ -> Error "the team is gone"

    let private moved facts =
        match facts.Teams.Team with
        | Team.Fold.Created team when team.ParentId <> facts.Find "parentId" -> Error "superseded: the team was moved again"
        | Team.Fold.Created _ when sees facts facts.Teams.InTeam ->
            Ok
                [ yield! nameOf facts.Teams.Team
                  if sees facts facts.Teams.InParent then
                      yield! named "parent" facts.Teams.Parent ]
        | Team.Fold.Created _ -> Ok [ "above", "yes" ]
        | Team.Fold.Initial -> Error "the team is gone"

    let private archived facts =
        match facts.Teams.Team with
        | Team.Fold.Created { Name = name; ArchiveReason = why; ArchivedAt = Some _ } ->
            Ok(("team", name) :: (why |> Option.map (fun text -> "reason", text) |> Option.toList))
        | _ -> Error "the team is not archived"

    // ---- rights

    let private rightsNow (facts: Facts) =
        if facts.Find("teamId").IsNone then
            facts.User.Rights
        else
            match Membership.Queries.tryDetails facts.Teams.InTeam with
            | Some membership -> membership.Rights
            | None -> Rights.Fold.initial

    let private isHeld (facts: Facts) =
        let rights = rightsNow facts

        match facts.Find "permission", facts.Find "role" with
        | Some name, _ ->
            match Permission.TryParse name, rights.Grants.TryFind name with
            | (true, permission), Some grant -> Rights.Queries.isEffective facts.At permission grant
            | _ -> false
        | None, Some role ->
            match rights.Roles.TryFind role with
            | Some assignment ->
                assignment.State = Rights.AssignmentState.Active
                && assignment.ExpiresAt |> Option.forall (fun until -> facts.At < until)
            | None -> false
        | None, None -> false

    /// The id of a role names its scope; people read its name.
    let private roleName (facts: Facts) =
        match RoleId.TryParse(facts.Text "role") with
        | true, role -> [ "role", role.Name ]
        | false, _ -> []

    let private spokenTeam facts = if sees facts facts.Teams.InTeam then nameOf facts.Teams.Team else []

    let private said facts =
        let why =
            match facts.Teams.Cause with
            | Some(Membership.Events.Rights(Rights.Events.UserPermissionGranted e)) -> reason e.Reason
            | Some(Membership.Events.Rights(Rights.Events.UserPermissionRevoked e)) -> reason (Some e.Reason)
            | Some(Membership.Events.Rights(Rights.Events.UserRoleRevoked e)) -> reason (Some e.Reason)
            | _ -> []

        spokenTeam facts @ roleName facts @ why

    let private given facts = if isHeld facts then Ok(said facts) else Error "it is not given any more"
    let private taken facts = if isHeld facts then Error "superseded: it is given again" else Ok(said facts)

    /// What the notice says besides its parameters, or why it is not sent.
    let judge (kind: NoticeKind) parameters recipientId user at teams : Result<(string * string) list, string> =
        let facts = { Parameters = parameters; RecipientId = recipientId; User = user; At = at; Teams = teams }

        match kind with
        | NoticeKind.TeamInvitation -> invitation facts
        | NoticeKind.TeamWelcome -> welcome facts
        | NoticeKind.TeamRemoved -> removed facts
        | NoticeKind.TeamRoleChanged -> roleChanged facts
        | NoticeKind.TeamCreated -> created facts
        | NoticeKind.TeamMoved -> moved facts
        | NoticeKind.TeamArchived -> archived facts
        | NoticeKind.RightGiven -> given facts
        | NoticeKind.RightTaken -> taken facts
        | NoticeKind.RightsExpired -> Ok(spokenTeam facts)
        | _ -> Ok []
