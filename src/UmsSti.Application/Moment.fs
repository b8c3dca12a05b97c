namespace UmsSti.Application

open System
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// A moment of the log.
[<RequireQualifiedAccess; Struct>]
type Moment =
    | Now
    | AtPosition of position: int64
    | AsOf of at: DateTimeOffset

    /// Whether an event had happened by then.
    member internal this.Has(event: RecordedEvent) =
        match this with
        | Now -> true
        | AtPosition position -> event.Position <= position
        | AsOf at -> event.Timestamp <= at

/// States at a moment: cached ones for now, folded ones for the past.
[<Sealed>]
type internal StatesAt(wiring: Wiring, moment: Moment) =
    let past (category: Category<'e, 's, EncodeContext>) id ct : Task<'s> =
        task {
            let! struct (_, state) = category.LoadWhile(id, (fun event -> moment.Has event), ct)
            return state
        }

    member _.User(id: UserId, ct) =
        match moment with
        | Moment.Now -> wiring.LoadUser(id, ct)
        | Moment.AtPosition _
        | Moment.AsOf _ -> past wiring.Users (UserStream.streamId id) ct

    member _.Team(id: TeamId, ct) =
        match moment with
        | Moment.Now -> wiring.LoadTeam(id, ct)
        | Moment.AtPosition _
        | Moment.AsOf _ -> past wiring.Teams (TeamStream.streamId id) ct

    member _.Membership(team: TeamId, user: UserId, ct) =
        match moment with
        | Moment.Now -> wiring.LoadMembership(team, user, ct)
        | Moment.AtPosition _
        | Moment.AsOf _ -> past wiring.Memberships (MembershipStream.streamId team user) ct

    member _.Role(id: RoleId, ct) =
        match moment with
        | Moment.Now -> wiring.LoadRole(id, ct)
        | Moment.AtPosition _
        | Moment.AsOf _ -> past wiring.Roles (RoleStream.streamId id) ct
