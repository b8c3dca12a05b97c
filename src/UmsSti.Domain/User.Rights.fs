namespace UmsSti.Domain.User

open UmsSti.Domain

/// What a user is given outside teams (FS-50, FS-54).
[<RequireQualifiedAccess>]
module Giving =
    /// The answer to a command about his rights and the events it adds. His own state decides whether and as what he may be given
    /// anything; what the context says about that is not looked at.
    let decide (context: Rights.Context) command state : Rights.Decisions.Outcome * Events.Event[] =
        let subjectType, isActive, rights =
            match state with
            | Fold.Registered user -> user.Type, (user.State = UserState.Active), user.Rights
            | Fold.Initial -> context.SubjectType, false, Rights.Fold.initial

        let context = { context with SubjectType = subjectType; SubjectIsActive = isActive; Team = ValueNone }
        let outcome, events = Rights.Decisions.decide context command rights
        outcome, Array.map Events.Rights events

    /// What XR-04 took from a suspended admin and no event has revoked yet: the process manager's work. Role assignments stay,
    /// without their elevated permissions.
    let droppedPermissions state =
        match state with
        | Fold.Registered user ->
            user.Rights.Grants
            |> Map.toArray
            |> Array.filter (fun (_, grant) ->
                grant.IsDropped && (grant.State = Rights.GrantState.Active || grant.State = Rights.GrantState.Suspended))
            |> Array.map fst
        | Fold.Initial -> [||]

/// The team a user works in (EV-036, CM-16).
[<RequireQualifiedAccess>]
module ActiveTeam =
    [<RequireQualifiedAccess>]
    type Rejected =
        | NotFound
        /// The account is in a state that allows nothing.
        | NotActive of UserState
        /// Only a team he is an active member of.
        | NotAMember of TeamId

    [<RequireQualifiedAccess>]
    type Outcome =
        | Accepted
        | Rejected of Rejected

    /// The stable kebab-case code of a refusal.
    let code rejected =
        match rejected with
        | Rejected.NotFound -> "not-found"
        | Rejected.NotActive _ -> "account-not-active"
        | Rejected.NotAMember _ -> "not-a-member"

    /// Switches to a team; switching to the one he is in is a retry. `isMember`: he has an active membership of it.
    let switch now (actor: string) (team: TeamId) isMember state =
        match state with
        | Fold.Initial -> Outcome.Rejected Rejected.NotFound, [||]
        | Fold.Registered user when user.State <> UserState.Active -> Outcome.Rejected(Rejected.NotActive user.State), [||]
        | Fold.Registered _ when not isMember -> Outcome.Rejected(Rejected.NotAMember team), [||]
        | Fold.Registered user when user.ActiveTeam = Some team.Value -> Outcome.Accepted, [||]
        | Fold.Registered user ->
            Outcome.Accepted,
            [| Events.UserActiveTeamSwitched { From = user.ActiveTeam; To = team.Value; By = actor; At = now } |]
