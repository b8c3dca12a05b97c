namespace UmsSti.Application

open System
open UmsSti.Domain
open UmsSti.Kernel

/// `Team-{teamId}` in the domain log: lifecycle, name, settings, executives. Speaks of teams, so nothing in it is sealed.
[<RequireQualifiedAccess>]
module TeamStream =
    [<Literal>]
    let Category = "Team"

    let streamId (id: TeamId) = StreamId.gen (fun (id: TeamId) -> id.Value) id
    let streamName id = StreamName.create Category (streamId id)
    let codec (sealing: Sealing) = sealing.Codec<Team.Events.Event>(fun _ -> ValueNone)

/// `TeamSlug-{slug}` in the domain log: which team holds a slug.
[<RequireQualifiedAccess>]
module TeamSlugStream =
    [<Literal>]
    let Category = "TeamSlug"

    let streamId (slug: Slug) = StreamId.gen (fun (slug: Slug) -> slug.Value) slug
    let codec (sealing: Sealing) = sealing.Codec<TeamSlug.Events.Event>(fun _ -> ValueNone)

/// `Hierarchy-{organizationId}` in the domain log: the tree of one organisation.
[<RequireQualifiedAccess>]
module HierarchyStream =
    [<Literal>]
    let Category = "Hierarchy"

    let streamId (organization: TeamId) = StreamId.gen (fun (id: TeamId) -> id.Value) organization
    let codec (sealing: Sealing) = sealing.Codec<Hierarchy.Events.Event>(fun _ -> ValueNone)

/// `Membership-{teamId}_{userId}` in the domain log: one person in one team. The person's key seals it.
[<RequireQualifiedAccess>]
module MembershipStream =
    [<Literal>]
    let Category = "Membership"

    let streamId (team: TeamId) (user: UserId) =
        StreamId.gen2 (fun (id: TeamId) -> id.Value) (fun (id: UserId) -> id.Value) struct (team, user)

    let streamName team user = StreamName.create Category (streamId team user)

    /// The two ids of a stream of this category.
    let tryIds (stream: StreamName) : struct (string * string) voption =
        if stream.IsIn Category then
            let id = stream.Id.Value
            let cut = id.IndexOf '_'
            ValueSome(struct (id.Substring(0, cut), id.Substring(cut + 1)))
        else
            ValueNone

    let private userOf stream = tryIds stream |> ValueOption.map (fun (struct (_, user)) -> user)
    let codec (sealing: Sealing) = sealing.Codec<Membership.Events.Event> userOf

/// `Role-{roleId}` in the domain log: the definition of one role.
[<RequireQualifiedAccess>]
module RoleStream =
    [<Literal>]
    let Category = "Role"

    /// One value whatever it holds: names of roles may hold '_'.
    let streamId (id: RoleId) = StreamId.Create id.Value
    let codec (sealing: Sealing) = sealing.Codec<Role.Events.Event>(fun _ -> ValueNone)

/// `Settings-system` in the domain log: what holds for the whole installation.
[<RequireQualifiedAccess>]
module SettingsStream =
    [<Literal>]
    let Category = "Settings"

    let streamId = StreamId.Create "system"
    let codec (sealing: Sealing) = sealing.Codec<SystemSettings.Events.Event>(fun _ -> ValueNone)
