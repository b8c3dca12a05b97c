namespace UmsSti.Application

open System.Collections.Generic
open System.Threading.Tasks
open UmsSti.Domain

/// Folds who somebody is, as far as a check needs it: his account, what he is in the teams that are asked about, and the roles that
/// were given to him. Invariants never rest on a read model, so neither do the decisions of commands.
[<Sealed>]
type internal PrincipalLoader(states: StatesAt) =
    let rolesOf (rights: Rights.Fold.State) =
        rights.Roles
        |> Map.toSeq
        |> Seq.choose (fun (id, _) ->
            match RoleId.TryParse id with
            | true, role -> Some role
            | false, _ -> None)

    let rightsOf membership =
        match membership with
        | Membership.Fold.Known details -> details.Rights
        | Membership.Fold.Initial -> Rights.Fold.initial

    let userRights user =
        match User.Queries.tryDetails user with
        | Some details -> details.Rights
        | None -> Rights.Fold.initial

    /// What each of the roles gives.
    let permissionsOf (roles: RoleId seq) ct : Task<RoleId -> PermissionSet> =
        task {
            let known = Dictionary<RoleId, PermissionSet>()

            for role in roles do
                if not (known.ContainsKey role) then
                    let! state = states.Role(role, ct)
                    known[role] <- Role.Queries.permissions state

            return
                fun role ->
                    match known.TryGetValue role with
                    | true, permissions -> permissions
                    | false, _ -> PermissionSet.Empty
        }

    /// People as they are now.
    new(wiring: Wiring) = PrincipalLoader(StatesAt(wiring, Moment.Now))

    /// The roles that states of users and memberships name, with what they give now.
    member _.RolePermissions(user: User.Fold.State, memberships: Membership.Fold.State seq, ct) =
        let roles = Seq.append (rolesOf (userRights user)) (memberships |> Seq.collect (rightsOf >> rolesOf))
        permissionsOf roles ct

    /// The roles that were given to the user outside teams and in the teams named.
    member _.RolesNamed(id: UserId, teams: TeamId list, ct) : Task<RoleId list> =
        task {
            let! user = states.User(id, ct)
            let found = List(rolesOf (userRights user))

            for team in teams do
                let! membership = states.Membership(team, id, ct)
                found.AddRange(rolesOf (rightsOf membership))

            return found |> Seq.distinct |> List.ofSeq
        }

    /// The user as the teams named see him; anonymous when nobody has the id.
    member this.Load(id: UserId, teams: TeamId list, ct) : Task<Principal> =
        task {
            let! user = states.User(id, ct)
            let found = List()

            for team in teams do
                let! state = states.Team(team, ct)
                let! membership = states.Membership(team, id, ct)
                found.Add(struct (team, state, membership))

            let! permissionsOf =
                this.RolePermissions(user, found |> Seq.map (fun (struct (_, _, membership)) -> membership), ct)

            let standings =
                found
                |> Seq.choose (fun (struct (team, state, membership)) ->
                    match Principals.standing permissionsOf state membership with
                    | ValueSome standing -> Some(team, standing)
                    | ValueNone -> None)

            match Principals.known permissionsOf id user standings with
            | ValueSome known -> return Principal.Of known
            | ValueNone -> return Principal.Anonymous
        }
