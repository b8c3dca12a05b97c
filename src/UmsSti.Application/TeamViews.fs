namespace UmsSti.Application

open System
open System.Collections.Generic
open UmsSti.Domain

/// A team as the API shows it: the same shape live, by time travel and in the answer to a command.
[<CLIMutable; NoComparison>]
type TeamView =
    {
        Id: string
        Slug: string
        Name: string
        Type: string
        State: string
        ParentId: string | null
        OrganizationId: string
        /// 1 for the organisation itself; 0 for a team that is gone.
        Level: int
        /// Known to the read model only; null from a fold.
        MemberCount: Nullable<int>
        /// User ids of the owners (XR-06).
        Executives: string[]
        Settings: IReadOnlyDictionary<string, string>
        Details: IReadOnlyDictionary<string, string>
        IsInMaintenance: bool
        IsMembershipClosed: bool
        CreatedAt: DateTimeOffset
        CreatedBy: string
        UpdatedAt: DateTimeOffset
        UpdatedBy: string
        ArchivedAt: Nullable<DateTimeOffset>
        ArchiveReason: string | null
        /// Number of events folded: the ETag.
        Version: int64
    }

/// A role that was held from a moment on.
[<CLIMutable>]
type RolePeriodView = { Role: string; By: string; At: DateTimeOffset }

/// One person in one team.
[<CLIMutable; NoComparison>]
type MemberView =
    {
        TeamId: string
        UserId: string
        Role: string
        State: string
        JoinedAt: Nullable<DateTimeOffset>
        LeftAt: Nullable<DateTimeOffset>
        InvitationExpiresAt: Nullable<DateTimeOffset>
        /// The latest first (TM-42).
        Roles: RolePeriodView[]
        Version: int64
    }

/// One permission that was given to one person.
[<CLIMutable; NoComparison>]
type GrantView =
    {
        UserId: string
        /// Null: outside teams.
        TeamId: string | null
        Permission: string
        State: string
        Level: string
        ExpiresAt: Nullable<DateTimeOffset>
        By: string
        At: DateTimeOffset
        Version: int64
    }

/// One role that was given to one person.
[<CLIMutable; NoComparison>]
type AssignmentView =
    {
        UserId: string
        /// Null: outside teams.
        TeamId: string | null
        Role: string
        State: string
        ExpiresAt: Nullable<DateTimeOffset>
        By: string
        At: DateTimeOffset
        Version: int64
    }

/// The definition of a role.
[<CLIMutable; NoComparison>]
type RoleView =
    {
        Id: string
        Name: string
        /// Null: a role outside teams.
        TeamId: string | null
        Kind: string
        Description: string | null
        /// Canonical names, sorted.
        Permissions: string[]
        IsRetired: bool
        DefinedAt: DateTimeOffset
        DefinedBy: string
        Version: int64
    }

/// One setting of the installation.
[<CLIMutable>]
type SettingView = { Key: string; Value: string; Version: int64 }

/// Shows folded states of teams and rights in the shape of the API.
[<RequireQualifiedAccess>]
module TeamViews =
    let private copied (values: Map<string, string>) =
        let all = Dictionary<string, string>(values.Count)

        for KeyValue(key, value) in values do
            all[key] <- value

        all :> IReadOnlyDictionary<_, _>

    let private text (value: string option) : string | null = Option.toObj value

    /// The team as it is after `version` events, in its organisation's tree; none when it was never made.
    let team (id: TeamId) (version: int64) (tree: Hierarchy.Fold.State) (state: Team.Fold.State) : TeamView voption =
        Team.Queries.tryDetails state
        |> Option.map (fun team ->
            { Id = id.Value
              Slug = team.Slug
              Name = team.Name
              Type = team.Type.Name
              State = team.State.Name
              ParentId = text team.ParentId
              OrganizationId = team.OrganizationId
              Level = Hierarchy.Queries.level id tree
              MemberCount = Nullable()
              Executives = Set.toArray team.Executives
              Settings = copied team.Settings
              Details = copied team.Fields
              IsInMaintenance = team.IsInMaintenance
              IsMembershipClosed = team.IsMembershipClosed
              CreatedAt = team.CreatedAt
              CreatedBy = team.CreatedBy
              UpdatedAt = team.UpdatedAt
              UpdatedBy = team.UpdatedBy
              ArchivedAt = Option.toNullable team.ArchivedAt
              ArchiveReason = text team.ArchiveReason
              Version = version })
        |> Option.toValueOption

    /// The person in the team after `version` events; none when nothing has ever been between them.
    let member' (team: TeamId) (user: UserId) (version: int64) (state: Membership.Fold.State) : MemberView voption =
        match state with
        | Membership.Fold.Initial -> ValueNone
        | Membership.Fold.Known membership ->
            ValueSome
                { TeamId = team.Value
                  UserId = user.Value
                  Role = membership.Role.Name
                  State = membership.State.Name
                  JoinedAt = Option.toNullable membership.JoinedAt
                  LeftAt = Option.toNullable membership.LeftAt
                  InvitationExpiresAt = Option.toNullable membership.InvitationExpiresAt
                  Roles =
                    membership.Roles
                    |> List.map (fun period -> { Role = period.Role.Name; By = period.By; At = period.At })
                    |> Array.ofList
                  Version = version }

    let private scope (team: TeamId voption) : string | null =
        match team with
        | ValueSome team -> team.Value
        | ValueNone -> null

    /// What became of a permission in a scope; none when it was never given or asked for.
    let grant (user: UserId) team (permission: Permission) version (rights: Rights.Fold.State) : GrantView voption =
        rights.Grants.TryFind permission.Name
        |> Option.map (fun grant ->
            { UserId = user.Value
              TeamId = scope team
              Permission = permission.Name
              State = grant.State.Name
              Level = grant.Level.Name
              ExpiresAt = Option.toNullable grant.ExpiresAt
              By = grant.By
              At = grant.At
              Version = version })
        |> Option.toValueOption

    /// What became of a role in a scope; none when it was never given.
    let assignment (user: UserId) team (role: RoleId) version (rights: Rights.Fold.State) : AssignmentView voption =
        rights.Roles.TryFind role.Value
        |> Option.map (fun assignment ->
            { UserId = user.Value
              TeamId = scope team
              Role = role.Name
              State = assignment.State.Name
              ExpiresAt = Option.toNullable assignment.ExpiresAt
              By = assignment.By
              At = assignment.At
              Version = version })
        |> Option.toValueOption

    /// The role after `version` events; none when it was never defined.
    let role (id: RoleId) (version: int64) (state: Role.Fold.State) : RoleView voption =
        match state with
        | Role.Fold.Initial -> ValueNone
        | Role.Fold.Defined role ->
            ValueSome
                { Id = id.Value
                  Name = id.Name
                  TeamId = scope id.Team
                  Kind = role.Kind
                  Description = text role.Description
                  Permissions = Set.toArray role.Permissions
                  IsRetired = role.IsRetired
                  DefinedAt = role.DefinedAt
                  DefinedBy = role.DefinedBy
                  Version = version }

    /// One setting as it holds; none when it was never set.
    let setting (setting: SystemSettings.Setting) version (state: SystemSettings.Fold.State) : SettingView voption =
        state.TryFind setting.Key
        |> Option.map (fun value -> { Key = setting.Key; Value = value; Version = version })
        |> Option.toValueOption
