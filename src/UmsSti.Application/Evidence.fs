namespace UmsSti.Application

open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// Finds the event that made a fact what it is: folds the streams step by step up to a moment and takes the last event after which the
/// looked-at fact was another.
[<Sealed>]
type internal Evidence(wiring: Wiring, moment: Moment, user: UserId) =
    let view (row: RecordedEvent) : EvidenceView =
        { Position = row.Position
          Stream = row.Stream.Value
          Type = row.EventType
          ActorId = (Metadata.decode wiring.Sealing.Keys row).Actor
          At = row.Timestamp }

    let lastChange
        (stream: StreamName)
        (codec: IEventCodec<'event, StreamContext<EncodeContext>>)
        (fold: 'state -> 'event[] -> 'state)
        (initial: 'state)
        (fact: 'state -> 'fact)
        ct
        : Task<EvidenceView voption> =
        task {
            let! rows = wiring.Events.LoadStream(stream, 0L, ct)
            let mutable state = initial
            let mutable found = ValueNone

            for row in rows |> Array.takeWhile moment.Has do
                match codec.Decode row with
                | ValueSome event ->
                    let next = fold state [| event |]

                    if fact next <> fact state then
                        found <- ValueSome(view row)

                    state <- next
                | ValueNone -> ()

            return found
        }

    let ofUser fact ct =
        lastChange (UserStream.streamName user) (UserStream.codec wiring.Sealing) User.Fold.fold User.Fold.initial fact ct

    let ofMembership team fact ct =
        lastChange
            (MembershipStream.streamName team user)
            (MembershipStream.codec wiring.Sealing)
            Membership.Fold.fold
            Membership.Fold.initial
            fact
            ct

    let ofTeam team fact ct =
        lastChange (TeamStream.streamName team) (TeamStream.codec wiring.Sealing) Team.Fold.fold Team.Fold.initial fact ct

    let ofRole role fact ct =
        let stream = StreamName.create RoleStream.Category (RoleStream.streamId role)
        lastChange stream (RoleStream.codec wiring.Sealing) Role.Fold.fold Role.Fold.initial fact ct

    let ofAccount (fact: User.Fold.Details -> 'fact) ct = ofUser (User.Queries.tryDetails >> Option.map fact) ct

    let ofMember team (fact: Membership.Fold.Details -> 'fact) ct =
        ofMembership team (Membership.Queries.tryDetails >> Option.map fact) ct

    let ofRights scope (fact: Rights.Fold.State -> 'fact) ct =
        match scope with
        | Scope.Team team -> ofMember team (fun member' -> fact member'.Rights) ct
        | Scope.Global
        | Scope.OfUser _ -> ofAccount (fun account -> fact account.Rights) ct

    let later (first: EvidenceView voption) (second: EvidenceView voption) =
        match first, second with
        | ValueSome one, ValueSome other when one.Position < other.Position -> second
        | ValueNone, _ -> second
        | _ -> first

    /// A role gives what it holds and because it was assigned: the later of the two events made it so.
    let ofAssignment scope (role: RoleId) (permission: Permission) ct =
        task {
            let! assigned = ofRights scope (fun rights -> rights.Roles.TryFind role.Value) ct
            let! defined = ofRole role (fun state -> (Role.Queries.permissions state).Contains permission) ct
            return later assigned defined
        }

    /// The event behind a fact that was looked at for a permission; none for what holds without one.
    member _.Of(looked: Looked, permission: Permission, ct) : Task<EvidenceView voption> =
        match looked with
        | Looked.AccountState _ -> ofAccount _.State ct
        | Looked.SystemUser _
        | Looked.TypeDefaults _
        | Looked.OwnAccount _ -> ofAccount _.Type ct
        | Looked.Membership(team, _) -> ofMember team _.State ct
        | Looked.TeamRole(team, _) -> ofMember team _.Role ct
        | Looked.TeamState(team, _) -> ofTeam team Team.Queries.tryState ct
        | Looked.Given(Fact.Grant permission, scope) -> ofRights scope (fun rights -> rights.Grants.TryFind permission.Name) ct
        | Looked.Given(Fact.Role role, scope) -> ofAssignment scope role permission ct
        | Looked.Given _
        | Looked.NoGrant _
        | Looked.NoRole _
        | Looked.Authentication
        | Looked.TeamContext _ -> Task.FromResult ValueNone
