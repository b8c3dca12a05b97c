namespace UmsSti.Application

open System
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// Users folded from their streams, without a read model: now, at a past position or time, after a number of events.
[<Sealed>]
type UserStreams internal (wiring: Wiring, views: EventViews) =
    let none = Task.FromResult<UserView voption> ValueNone

    let fold (id: UserId) (keep: RecordedEvent -> bool) ct : Task<UserView voption> =
        task {
            let! struct (token, state) = wiring.Users.LoadWhile(UserStream.streamId id, keep, ct)
            return Views.user id token.Version state
        }

    let parsed (userId: string) (load: UserId -> Task<UserView voption>) =
        match UserId.TryParse userId with
        | true, id -> load id
        | false, _ -> none

    /// The user now; none when nobody has the id.
    member _.TryView(userId: string, ct: CancellationToken) : Task<UserView voption> =
        parsed userId (fun id ->
            task {
                let decider = Decider.forRequest wiring.Users Unchecked.defaultof<EncodeContext> (UserStream.streamId id)

                return! decider.QueryEx((fun user -> Views.user id user.Version user.State), ct = ct)
            })

    /// The user as he was when the log stood at a position; none when he was not there yet.
    member _.TryViewAt(userId: string, atPosition: int64, ct: CancellationToken) : Task<UserView voption> =
        parsed userId (fun id -> fold id (fun event -> event.Position <= atPosition) ct)

    /// The user as he was at a time; none when he was not there yet.
    member _.TryViewAsOf(userId: string, at: DateTimeOffset, ct: CancellationToken) : Task<UserView voption> =
        parsed userId (fun id -> fold id (fun event -> event.Timestamp <= at) ct)

    /// The user right after his `version`-th event.
    member _.TryViewVersion(userId: string, version: int64, ct: CancellationToken) : Task<UserView voption> =
        parsed userId (fun id -> fold id (fun event -> event.Index < version) ct)

    /// The user's stream, oldest first, personal data opened; empty for an unknown id.
    member _.Events(userId: string, ct: CancellationToken) : Task<EventView[]> =
        task {
            match UserId.TryParse userId with
            | true, id ->
                let! events = wiring.Events.LoadStream(UserStream.streamName id, 0L, ct)
                return events |> Array.map views.Render
            | false, _ -> return [||]
        }

    /// The id of the user who holds an address; none when it is free or no address.
    member _.TryFindByEmail(email: string, ct: CancellationToken) : Task<string voption> =
        task {
            match Email.TryParse email with
            | true, email ->
                let decider = Decider.forRequest wiring.Addresses Unchecked.defaultof<EncodeContext> (wiring.AddressStream email)

                let! holder = decider.Query(EmailAddress.Queries.holder, ct = ct)
                return holder |> Option.toValueOption
            | false, _ -> return ValueNone
        }

    /// The blind index of a user's current address, which verification tokens are bound to; none when he has none.
    member _.TryAddressIndex(userId: string, ct: CancellationToken) : Task<string voption> =
        task {
            match UserId.TryParse userId with
            | true, id ->
                let! state = wiring.LoadUser(id, ct)

                return
                    match User.Queries.tryEmail state with
                    | Some email -> ValueSome(wiring.BlindIndex.Compute email.Normalised)
                    | None -> ValueNone
            | false, _ -> return ValueNone
        }
