namespace UmsSti.Application

open UmsSti.Domain

/// Reads the texts of questions about rights, and puts what was looked at into the words of the API.
[<RequireQualifiedAccess>]
module internal CheckWords =
    let permission (name: string) =
        match Permission.TryParse name with
        | true, permission -> Ok permission
        | false, _ ->
            Error
                { Refusals.invalid [ "permission", "is not the name of a permission" ] with
                    Code = Rights.Decisions.UnknownPermissionCode
                    Detail = "There is no such permission." }

    let user (id: string) =
        match UserId.TryParse id with
        | true, user -> Ok user
        | false, _ -> Error(Refusals.notFound "user")

    let team (id: string | null) =
        match id with
        | null -> Ok ValueNone
        | id ->
            match TeamId.TryParse id with
            | true, team -> Ok(ValueSome team)
            | false, _ -> Error(Refusals.notFound "team")

    /// A permission is asked about in the scope it is held in: in a team, or outside teams.
    let inScope (permission: Permission) (team: TeamId voption) =
        match permission.Scope, team with
        | PermissionScope.Team, ValueNone ->
            Error(TeamRefusals.scopeMismatch $"{permission.Name} is held in a team: name the team.")
        | PermissionScope.Global, ValueSome _ ->
            Error(TeamRefusals.scopeMismatch $"{permission.Name} is held outside teams: name no team.")
        | PermissionScope.Team, ValueSome _
        | PermissionScope.Global, ValueNone -> Ok()

    let teamText (team: TeamId voption) : string | null =
        match team with
        | ValueSome team -> team.Value
        | ValueNone -> null

    let missing missing =
        match missing with
        | Missing.Authentication -> "authentication"
        | Missing.ActiveState _ -> "account-state"
        | Missing.Membership _ -> "membership"
        | Missing.OpenTeam _ -> "team-state"
        | Missing.Permission _ -> "permission"
        | Missing.TeamContext _ -> "team-context"
        | Missing.Ownership _ -> "own-account"

    let finding finding =
        match finding with
        | Finding.Allows -> "allows"
        | Finding.Denies -> "denies"
        | Finding.Passes -> "passes"
        | Finding.RanOut -> "ran-out"

    let factValue fact =
        match fact with
        | Fact.TypeDefault userType -> userType.Name
        | Fact.Grant permission -> permission.Name
        | Fact.TeamRole role -> role.Name
        | Fact.Role role -> role.Name
        | Fact.SystemBypass
        | Fact.Self
        | Fact.SelfRegistration -> fact.Name

    /// Value and team of a looked-at fact.
    let looked looked : struct ((string | null) * (string | null)) =
        match looked with
        | Looked.Authentication -> struct (null, null)
        | Looked.AccountState state -> struct (state.Name, null)
        | Looked.SystemUser userType
        | Looked.TypeDefaults userType -> struct (userType.Name, null)
        | Looked.OwnAccount user -> struct (user.Value, null)
        | Looked.Membership(team, ValueSome state) -> struct (state.Name, team.Value)
        | Looked.Membership(team, ValueNone) -> struct (null, team.Value)
        | Looked.TeamState(team, state) -> struct (state.Name, team.Value)
        | Looked.TeamRole(team, role) -> struct (role.Name, team.Value)
        | Looked.TeamContext permission -> struct (permission.Name, null)
        | Looked.Given(fact, Scope.Team team) -> struct (factValue fact, team.Value)
        | Looked.Given(fact, (Scope.Global | Scope.OfUser _)) -> struct (factValue fact, null)
        | Looked.NoGrant(Scope.Team team)
        | Looked.NoRole(Scope.Team team) -> struct (null, team.Value)
        | Looked.NoGrant(Scope.Global | Scope.OfUser _)
        | Looked.NoRole(Scope.Global | Scope.OfUser _) -> struct (null, null)

    let remedy remedy : RemedyView =
        let plain step = { Step = step; Permission = null; TeamId = null; Role = null; State = null }

        match remedy with
        | Remedy.SignIn -> plain "sign-in"
        | Remedy.ActivateAccount _ -> plain "activate-account"
        | Remedy.Join(team, role) -> { plain "join-team" with TeamId = team.Value; Role = role.Name }
        | Remedy.RestoreMembership(team, state) -> { plain "restore-membership" with TeamId = team.Value; State = state.Name }
        | Remedy.OpenTeam(team, state) -> { plain "open-team" with TeamId = team.Value; State = state.Name }
        | Remedy.Grant(permission, Scope.Team team) ->
            { plain "grant-permission" with Permission = permission.Name; TeamId = team.Value }
        | Remedy.Grant(permission, (Scope.Global | Scope.OfUser _)) ->
            { plain "grant-permission" with Permission = permission.Name }
        | Remedy.NameTeam permission -> { plain "name-team" with Permission = permission.Name }
