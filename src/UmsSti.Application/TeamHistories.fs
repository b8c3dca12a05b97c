namespace UmsSti.Application

open System
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// The tree of an organisation at a moment, seen from one team (TM-35).
[<Sealed>]
type TreeAt internal (tree: Hierarchy.Fold.State, team: TeamId) =
    /// The teams above, the root first.
    member _.Ancestors = Hierarchy.Queries.ancestors team tree
    /// From the root to the team, both included.
    member _.Path = Hierarchy.Queries.path team tree
    /// The team and all below it with their distance from it, parents before their children.
    member _.Subtree = Hierarchy.Queries.subtree team tree

/// Teams, members, rights and roles folded from their streams, without a read model: now, at a past moment, after a number of events.
[<Sealed>]
type TeamHistories internal (wiring: Wiring) =
    let fold (category: Category<'e, 's, EncodeContext>) id (keep: RecordedEvent -> bool) ct = category.LoadWhile(id, keep, ct)

    let treeOf (team: Team.Fold.State) (keep: RecordedEvent -> bool) ct =
        task {
            match Team.Queries.tryDetails team with
            | None -> return Hierarchy.Fold.initial
            | Some details ->
                let! struct (_, tree) =
                    fold wiring.Hierarchies (HierarchyStream.streamId (TeamId.Parse details.OrganizationId)) keep ct

                return tree
        }

    let team (id: TeamId) (own: RecordedEvent -> bool) (tree: RecordedEvent -> bool) ct : Task<TeamView voption> =
        task {
            let! struct (token, state) = fold wiring.Teams (TeamStream.streamId id) own ct
            let! tree = treeOf state tree ct
            return TeamViews.team id token.Version tree state
        }

    let rightsIn (user: UserId) (team: TeamId voption) keep ct : Task<struct (int64 * Rights.Fold.State)> =
        task {
            match team with
            | ValueSome team ->
                let! struct (token, state) = fold wiring.Memberships (MembershipStream.streamId team user) keep ct

                return
                    match Membership.Queries.tryDetails state with
                    | Some details -> struct (token.Version, details.Rights)
                    | None -> struct (token.Version, Rights.Fold.initial)
            | ValueNone ->
                let! struct (token, state) = fold wiring.Users (UserStream.streamId user) keep ct

                return
                    match User.Queries.tryDetails state with
                    | Some details -> struct (token.Version, details.Rights)
                    | None -> struct (token.Version, Rights.Fold.initial)
        }

    let scope (team: string | null) =
        match TeamId.TryParse team with
        | true, team -> ValueSome team
        | false, _ -> ValueNone

    /// The team at a moment; none when it was not there.
    member _.TryTeam(teamId: string, moment: Moment, ct: CancellationToken) : Task<TeamView voption> =
        match TeamId.TryParse teamId with
        | true, id -> team id moment.Has moment.Has ct
        | false, _ -> Task.FromResult ValueNone

    /// The person in the team at a moment; none when nothing had been between them.
    member _.TryMember(teamId: string, userId: string, moment: Moment, ct: CancellationToken) : Task<MemberView voption> =
        task {
            match TeamId.TryParse teamId, UserId.TryParse userId with
            | (true, team), (true, user) ->
                let! struct (token, state) = fold wiring.Memberships (MembershipStream.streamId team user) moment.Has ct
                return TeamViews.member' team user token.Version state
            | _ -> return ValueNone
        }

    /// A role definition at a moment, by its id; none when there was none.
    member _.TryRole(roleId: string, moment: Moment, ct: CancellationToken) : Task<RoleView voption> =
        task {
            match RoleId.TryParse roleId with
            | true, id ->
                let! struct (token, state) = fold wiring.Roles (RoleStream.streamId id) moment.Has ct
                return TeamViews.role id token.Version state
            | false, _ -> return ValueNone
        }

    /// What stands between a person and a permission in a scope at a moment; none when it was never given or asked for.
    member _.TryGrant
        (userId: string, teamId: string | null, permission: string, moment: Moment, ct: CancellationToken)
        : Task<GrantView voption> =
        task {
            match UserId.TryParse userId, Permission.TryParse permission with
            | (true, user), (true, permission) ->
                let team = scope teamId
                let! struct (version, rights) = rightsIn user team moment.Has ct
                return TeamViews.grant user team permission version rights
            | _ -> return ValueNone
        }

    /// What the settings of the installation are at a moment; where one was never set, what the program was started with.
    member _.Settings(moment: Moment, ct: CancellationToken) : Task<SettingView[]> =
        task {
            let! struct (token, state) = fold wiring.Settings SettingsStream.streamId moment.Has ct

            return
                SystemSettings.Setting.All
                |> Array.map (fun setting ->
                    { Key = setting.Key
                      Value = SystemSettings.Queries.valueOf wiring.MaxTeamDepth setting state
                      Version = token.Version })
        }

    /// The tree of the team's organisation at a moment, and the team's place in it; none when it was not there.
    member _.TryTree(teamId: string, moment: Moment, ct: CancellationToken) : Task<TreeAt voption> =
        task {
            match TeamId.TryParse teamId with
            | false, _ -> return ValueNone
            | true, id ->
                let! struct (_, state) = fold wiring.Teams (TeamStream.streamId id) moment.Has ct
                let! tree = treeOf state moment.Has ct
                return
                    if Hierarchy.Queries.contains id tree then
                        ValueSome(TreeAt(tree, id))
                    else
                        ValueNone
        }

    /// An entity as a command left it: after so many events of its own stream, its surroundings as at the position.
    member internal _.TryEntity
        (entity: EntityId, version: int64, position: int64, ct: CancellationToken)
        : Task<EntityView voption> =
        let own (event: RecordedEvent) = event.Index < version
        let around (event: RecordedEvent) = event.Position <= position

        task {
            match entity with
            | EntityId.User _ -> return ValueNone // users have their own histories
            | EntityId.Team id ->
                let! view = team (TeamId.Parse id) own around ct
                return view |> ValueOption.map EntityView.Team
            | EntityId.Moved id ->
                let! view = team (TeamId.Parse id) own around ct
                let! teams = TeamHistories.MovedWith(wiring, TeamId.Parse id, version, ct)
                return view |> ValueOption.map (fun view -> EntityView.Moved(view, teams))
            | EntityId.Stayed id ->
                let! view = team (TeamId.Parse id) own around ct
                return view |> ValueOption.map (fun view -> EntityView.Moved(view, [||]))
            | EntityId.Member(teamId, userId) ->
                let team, user = TeamId.Parse teamId, UserId.Parse userId
                let! struct (token, state) = fold wiring.Memberships (MembershipStream.streamId team user) own ct
                return TeamViews.member' team user token.Version state |> ValueOption.map EntityView.Member
            | EntityId.Grant(teamId, userId, name) ->
                let user, team = UserId.Parse userId, scope teamId
                let! struct (version, rights) = rightsIn user team own ct

                return
                    match Permission.TryParse name with
                    | true, permission -> TeamViews.grant user team permission version rights |> ValueOption.map EntityView.Grant
                    | false, _ -> ValueNone
            | EntityId.Assignment(teamId, userId, roleId) ->
                let user, team = UserId.Parse userId, scope teamId
                let! struct (version, rights) = rightsIn user team own ct

                return
                    match RoleId.TryParse roleId with
                    | true, role -> TeamViews.assignment user team role version rights |> ValueOption.map EntityView.Assignment
                    | false, _ -> ValueNone
            | EntityId.Role id ->
                match RoleId.TryParse id with
                | true, role ->
                    let! struct (token, state) = fold wiring.Roles (RoleStream.streamId role) own ct
                    return TeamViews.role role token.Version state |> ValueOption.map EntityView.Role
                | false, _ -> return ValueNone
            | EntityId.Setting key ->
                match SystemSettings.Setting.TryParse key with
                | true, setting ->
                    let! struct (token, state) = fold wiring.Settings SettingsStream.streamId own ct
                    return TeamViews.setting setting token.Version state |> ValueOption.map EntityView.Setting
                | false, _ -> return ValueNone
        }

    /// The teams that the newest of the team's first `version` events moved; empty when that was no move.
    static member private MovedWith(wiring: Wiring, id: TeamId, version: int64, ct) : Task<string[]> =
        task {
            let! events = wiring.Events.LoadStream(TeamStream.streamName id, version - 1L, ct)
            let codec = TeamStream.codec wiring.Sealing :> IEventCodec<Team.Events.Event, StreamContext<EncodeContext>>

            return
                match Array.tryHead events |> Option.map codec.Decode with
                | Some(ValueSome(Team.Events.TeamHierarchyChanged moved)) -> moved.HierarchyImpact
                | _ -> [||]
        }
