namespace UmsSti.Application

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// A notice as it lies in the outbox, with the event it comes from.
[<NoComparison>]
type NoticeRequest =
    {
        Kind: NoticeKind
        Parameters: IReadOnlyDictionary<string, string>
        /// User id of the recipient.
        Recipient: string
        /// The event that caused it, as it stands in its log.
        Cause: RecordedEvent
        /// The time of sending.
        At: DateTimeOffset
        IsEmailOn: bool
    }

/// Brings together what a notice needs when it is sent: the event and the recipient's stream, opened with his key.
[<Sealed>]
type NoticeDesk internal (wiring: Wiring) =
    let recorded (category: Category<'e, 's, EncodeContext>) (cause: RecordedEvent) : 'e option =
        (category.Codec :> IEventCodec<_, _>).Decode cause |> ValueOption.toOption

    let stateAfter (id: UserId) (cause: RecordedEvent) ct =
        task {
            let! struct (_, state) =
                wiring.Users.LoadWhile(UserStream.streamId id, (fun event -> event.Index <= cause.Index), ct)
            return state
        }

    let isOwn (recipient: string) (cause: RecordedEvent) =
        match UserStream.tryUserId cause.Stream with
        | ValueSome owner -> owner = recipient
        | ValueNone -> false

    let teamNamed (parameters: IReadOnlyDictionary<string, string>) key =
        match parameters.TryGetValue key with
        | true, text ->
            match TeamId.TryParse text with
            | true, team -> ValueSome team
            | false, _ -> ValueNone
        | false, _ -> ValueNone

    /// A team and the recipient in it.
    let teamOf (user: UserId) (team: TeamId voption) ct =
        task {
            match team with
            | ValueSome team ->
                let! state = wiring.LoadTeam(team, ct)
                let! membership = wiring.LoadMembership(team, user, ct)
                return struct (state, membership)
            | ValueNone -> return struct (Team.Fold.initial, Membership.Fold.initial)
        }

    let ownMembership (user: UserId) (cause: RecordedEvent) =
        match MembershipStream.tryIds cause.Stream with
        | ValueSome(struct (_, owner)) when owner = user.Value -> recorded wiring.Memberships cause
        | _ -> None

    let teams (user: UserId) (request: NoticeRequest) ct : Task<NoticeTeams> =
        task {
            let! struct (team, inTeam) = teamOf user (teamNamed request.Parameters "teamId") ct
            let! struct (parent, inParent) = teamOf user (teamNamed request.Parameters "parentId") ct

            return
                { Cause = ownMembership user request.Cause
                  Team = team
                  Parent = parent
                  InTeam = inTeam
                  InParent = inParent }
        }

    let details (request: NoticeRequest) cause then' now teams : NoticeFacts =
        { Kind = request.Kind
          Parameters = request.Parameters
          Cause = cause
          Then = then'
          Now = now
          RecipientId = request.Recipient
          Teams = teams
          At = request.At
          IsEmailOn = request.IsEmailOn }

    /// What becomes of the notice now (see `NoticeRules`).
    member _.Judge(request: NoticeRequest, ct: CancellationToken) : Task<NoticeVerdict> =
        task {
            match UserId.TryParse request.Recipient with
            | false, _ -> return NoticeVerdict.Cancel "the recipient is no user"
            | true, id ->
                let! now = wiring.LoadUser(id, ct)
                let! teams =
                    if request.Kind.IsOfRights then
                        teams id request ct
                    else
                        Task.FromResult NoticeTeams.None

                if isOwn request.Recipient request.Cause then
                    let! then' = stateAfter id request.Cause ct
                    return NoticeRules.judge (details request (recorded wiring.Users request.Cause) then' now teams)
                else
                    return NoticeRules.judge (details request None now now teams)
        }

    /// The next groups of those the move concerns that an event tells of; none when it tells of no move.
    member _.Affected(cause: RecordedEvent, from: int) : TeamAudience[] =
        match recorded wiring.Teams cause with
        | Some(Team.Events.TeamHierarchyChanged e) -> TeamAudiences.affected e.HierarchyImpact from
        | _ -> [||]
