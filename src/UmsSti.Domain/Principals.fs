namespace UmsSti.Domain

/// Principals made of folded states: for the past (`asOf`), for what-if questions, and wherever no index is at hand.
[<RequireQualifiedAccess>]
module Principals =
    /// What a person is in a team, from the states of membership and team. None: nothing has ever been between them.
    let standing (permissionsOf: RoleId -> PermissionSet) (team: Team.Fold.State) (membership: Membership.Fold.State) =
        match membership, team with
        | Membership.Fold.Known details, Team.Fold.Created team ->
            ValueSome
                { TeamStanding.Membership = details.State
                  Team = team.State
                  Role = details.Role
                  Extra = Holding.ofRights permissionsOf details.Rights }
        | Membership.Fold.Initial, _
        | Membership.Fold.Known _, Team.Fold.Initial -> ValueNone

    /// A user with what he is in the teams given. None: there is no such user.
    let known (permissionsOf: RoleId -> PermissionSet) (id: UserId) (user: User.Fold.State) (teams: (TeamId * TeamStanding) seq) =
        match user with
        | User.Fold.Registered details ->
            ValueSome
                { KnownPrincipal.Id = id
                  Type = details.Type
                  State = details.State
                  Holdings = Holding.ofRights permissionsOf details.Rights
                  Teams = teams |> Seq.map (fun (team, standing) -> team.Value, standing) |> Map.ofSeq }
        | User.Fold.Initial -> ValueNone

    /// What somebody may give in a scope (CM-60): what he holds there, and his rank in the team.
    let granter now (principal: Principal) (team: TeamId voption) : Rights.Granter =
        let nobody: Rights.Granter = { IsUnlimited = false; Holds = PermissionSet.Empty; Rank = 0; TargetRank = 0 }

        match principal, team with
        | Principal.Anonymous, _ -> nobody
        | Principal.Known who, _ when who.Type = UserType.System -> { nobody with IsUnlimited = who.State = UserState.Active }
        | Principal.Known who, ValueSome team ->
            let mutable standing = Unchecked.defaultof<TeamStanding>

            if who.TryInTeam(team, &standing) && standing.Membership = MembershipState.Active then
                { nobody with Holds = Authorization.teamPermissions now principal team; Rank = standing.Role.Rank }
            else
                nobody
        | Principal.Known _, ValueNone -> { nobody with Holds = PermissionSet.Of(Authorization.globalPermissions now principal) }

    /// By what right somebody manages the members of a team (CM-50...56). His own membership comes first: an executive need not be an
    /// administrator too.
    let power now (principal: Principal) (team: TeamId) : Membership.Power =
        let isAppointing () = (Authorization.decide now principal Scope.Global Permission.TeamsManage).IsAllowed

        match principal with
        | Principal.Anonymous -> Membership.Power.Nothing
        | Principal.Known who when who.State <> UserState.Active -> Membership.Power.Nothing
        | Principal.Known who when who.Type = UserType.System -> Membership.Power.Unlimited
        | Principal.Known who ->
            let mutable standing = Unchecked.defaultof<TeamStanding>

            let manages =
                who.TryInTeam(team, &standing)
                && standing.Membership = MembershipState.Active
                && ((Authorization.decide now principal (Scope.Team team) Permission.TeamMembersManage).IsAllowed
                    || (Authorization.decide now principal (Scope.Team team) Permission.TeamMembersInvite).IsAllowed)

            if manages && standing.Role = TeamRole.Executive then
                Membership.Power.Ranked TeamRole.Executive
            elif isAppointing () then
                Membership.Power.Appointing
            elif manages then
                Membership.Power.Ranked standing.Role
            else
                Membership.Power.Nothing
