namespace UmsSti.Domain

open System

/// One fact a check looks at.
[<RequireQualifiedAccess>]
type Looked =
    | Authentication
    | AccountState of UserState
    | SystemUser of UserType
    | OwnAccount of UserId
    | TypeDefaults of UserType
    /// None: nothing has ever been between the person and the team.
    | Membership of TeamId * MembershipState voption
    | TeamState of TeamId * TeamState
    /// Given in the scope besides the team role: by a grant, or by an assigned role.
    | Given of Fact * Scope
    /// No grant of the permission in the scope.
    | NoGrant of Scope
    /// No assigned role with the permission in the scope.
    | NoRole of Scope
    | TeamRole of TeamId * TeamRole
    /// The right is one of a team, and no team was named.
    | TeamContext of Permission

    /// The stable kebab-case name.
    member this.Name =
        match this with
        | Authentication -> "authentication"
        | AccountState _ -> "account-state"
        | SystemUser _ -> "system-user"
        | OwnAccount _ -> "own-account"
        | TypeDefaults _ -> "type-defaults"
        | Membership _ -> "membership"
        | TeamState _ -> "team-state"
        | Given(fact, _) -> fact.Name
        | NoGrant _ -> "grant"
        | NoRole _ -> "role"
        | TeamRole _ -> "team-role"
        | TeamContext _ -> "team-context"

/// What came of looking at a fact.
[<RequireQualifiedAccess; Struct>]
type Finding =
    /// It allows; nothing further is looked at.
    | Allows
    /// It denies; nothing further is looked at.
    | Denies
    /// It decides nothing.
    | Passes
    /// It would allow, but its time has run out (PE-24).
    | RanOut

/// One fact and what came of it.
type Look = { What: Looked; Finding: Finding }

/// One of the steps after which a denied check would be allowed.
[<RequireQualifiedAccess>]
type Remedy =
    | SignIn
    | ActivateAccount of UserId
    /// A membership with the lowest role that brings the right.
    | Join of TeamId * TeamRole
    /// The membership is there and gives nothing in its state.
    | RestoreMembership of TeamId * MembershipState
    | OpenTeam of TeamId * TeamState
    | Grant of Permission * Scope
    | NameTeam of Permission

/// Why a check comes out as it does: the decision, the facts in the order they were looked at, and for a denial the fewest steps that
/// would turn it.
type Explanation = { Decision: Decision; Looks: Look list; Remedies: Remedy list }

/// Explains what `Authorization.decide` decides.
[<RequireQualifiedAccess>]
module Explain =
    let private look what finding = { What = what; Finding = finding }

    let private isGrant fact =
        match fact with
        | Fact.Grant _ -> true
        | _ -> false

    /// What the holdings of a scope come to for a permission, grants before roles: those that could give it, up to the first that does. A
    /// kind of which there is none is told too.
    let private lookAtHoldings (now: DateTimeOffset) scope (permission: Permission) (holdings: Holding[]) =
        let candidates =
            holdings
            |> Array.filter (fun holding -> holding.Permissions.Contains permission)
            |> List.ofArray
            |> List.choose (fun holding ->
                match holding.Allows with
                | Decision.Allowed fact -> Some(fact, now.UtcTicks < holding.ExpiresAtTicks)
                | Decision.Denied _ -> None)

        let lookAt (fact, isInTime) = look (Looked.Given(fact, scope)) (if isInTime then Finding.Allows else Finding.RanOut)

        let upToFirst none candidates =
            let dead = candidates |> List.takeWhile (snd >> not)
            let first = candidates |> List.skip dead.Length |> List.truncate 1
            let looks =
                if candidates.IsEmpty then
                    [ look none Finding.Passes ]
                else
                    List.map lookAt (dead @ first)
            looks, not first.IsEmpty

        let grants, roles = candidates |> List.partition (fst >> isGrant)
        let ofGrants, isGranted = upToFirst (Looked.NoGrant scope) grants

        if isGranted then
            ofGrants, true
        else
            let ofRoles, isByRole = upToFirst (Looked.NoRole scope) roles
            ofGrants @ ofRoles, isByRole

    let private missingGrant (permission: Permission) = [ Remedy.Grant(permission, Scope.Global) ]

    let private globally now (who: IKnownPrincipal) permission =
        let given, isAllowed = lookAtHoldings now Scope.Global permission who.Holdings

        if isAllowed then
            given, []
        elif (Authorization.typeDefaults who.Type).Contains permission then
            given @ [ look (Looked.TypeDefaults who.Type) Finding.Allows ], []
        else
            given @ [ look (Looked.TypeDefaults who.Type) Finding.Passes ], missingGrant permission

    /// Looks and remedies of the team's part.
    let private inTeam now (who: IKnownPrincipal) team (permission: Permission) =
        let mutable standing = Unchecked.defaultof<TeamStanding>
        let isKnown = who.TryInTeam(team, &standing)
        let membership = if isKnown then ValueSome standing.Membership else ValueNone

        let entry =
            if permission.Scope = PermissionScope.Team then
                TeamRole.tryLowestWith permission |> Option.map (fun role -> Remedy.Join(team, role))
            else
                Some(Remedy.Join(team, TeamRole.Observer))

        if membership <> ValueSome MembershipState.Active then
            let remedy =
                match membership with
                | ValueSome(MembershipState.Inactive | MembershipState.Suspended as state) ->
                    [ Remedy.RestoreMembership(team, state) ]
                | _ -> Option.toList entry

            let beyond =
                if permission.Scope = PermissionScope.Global then
                    globally now who permission |> snd
                else
                    []

            [ look (Looked.Membership(team, membership)) Finding.Denies ], remedy @ beyond
        else
            let here = look (Looked.Membership(team, membership)) Finding.Passes

            if permission.Scope = PermissionScope.Global then
                let looks, remedies = globally now who permission
                here :: looks, remedies
            elif not ((TeamRole.remaining standing.Team standing.Role).Contains permission) then
                [ here; look (Looked.TeamState(team, standing.Team)) Finding.Denies ], [ Remedy.OpenTeam(team, standing.Team) ]
            else
                let opened = [ here; look (Looked.TeamState(team, standing.Team)) Finding.Passes ]
                let given, isAllowed = lookAtHoldings now (Scope.Team team) permission standing.Extra
                let byRole = (TeamRole.permissions standing.Role).Contains permission

                if isAllowed then
                    opened @ given, []
                elif byRole then
                    opened @ given @ [ look (Looked.TeamRole(team, standing.Role)) Finding.Allows ], []
                else
                    opened @ given @ [ look (Looked.TeamRole(team, standing.Role)) Finding.Passes ],
                    [ Remedy.Grant(permission, Scope.Team team) ]

    let private ofKnown now (who: IKnownPrincipal) (scope: Scope) (permission: Permission) =
        match scope with
        | Scope.Team team -> inTeam now who team permission
        | Scope.OfUser user when user = who.Id && Authorization.ownDefaults.Contains permission ->
            [ look (Looked.OwnAccount user) Finding.Allows ], []
        | Scope.Global
        | Scope.OfUser _ when permission.Scope = PermissionScope.Team ->
            [ look (Looked.TeamContext permission) Finding.Denies ], [ Remedy.NameTeam permission ]
        | Scope.Global
        | Scope.OfUser _ -> globally now who permission

    /// Explains the decision on a permission in a scope at a moment. The remedies assume nothing else changes, and that an account or a
    /// membership, once restored, is what it is now.
    let explain (now: DateTimeOffset) principal (scope: Scope) (permission: Permission) =
        let looks, remedies =
            match principal with
            | Principal.Anonymous -> [ look Looked.Authentication Finding.Denies ], [ Remedy.SignIn ]
            | Principal.Known who when who.State <> UserState.Active ->
                let beyond =
                    if who.Type = UserType.System then
                        []
                    else
                        ofKnown now who scope permission |> snd

                [ look (Looked.AccountState who.State) Finding.Denies ], Remedy.ActivateAccount who.Id :: beyond
            | Principal.Known who ->
                let alive = look (Looked.AccountState who.State) Finding.Passes

                if who.Type = UserType.System then
                    [ alive; look (Looked.SystemUser who.Type) Finding.Allows ], []
                else
                    let looks, remedies = ofKnown now who scope permission
                    alive :: look (Looked.SystemUser who.Type) Finding.Passes :: looks, remedies

        { Decision = Authorization.decide now principal scope permission
          Looks = looks
          Remedies = remedies }
