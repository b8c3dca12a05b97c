namespace UmsSti.Application

open System
open System.Collections.Generic
open UmsSti.Domain

/// Event -> what is to be done about processes (XR-11). A kind of `FollowUps` begins the process of that kind for the recipient,
/// named by the event, so that a repeat begins nothing new; the other kinds are those below.
[<RequireQualifiedAccess>]
module ProcessReactions =
    /// The recipient is a process: what is due of it is to be done.
    [<Literal>]
    let Advance = "advance"

    /// The recipient is a user whose verification link has lost its point: the process that waits for its end is over (FS-15).
    [<Literal>]
    let Overtake = "overtake"

    /// An action that is due later than this is left to the schedule, in minutes. The waits between tries are shorter.
    [<Literal>]
    let SoonMinutes = 90.0

    let private nothing: Effect[] = [||]

    let private effect kind recipient notBefore : Effect =
        { Channel = Channels.Processes
          Kind = kind
          Recipient = recipient
          Parameters = Dictionary<string, string>()
          OnceKey = null
          NotBefore = notBefore }

    let private now kind recipient = [| effect kind recipient (Nullable()) |]

    let private concluded userId (e: User.Events.AdminReviewConcluded) =
        match ReviewOutcome.TryParse e.Outcome with
        | true, ReviewOutcome.Terminated -> now FollowUps.ArchivedUser userId
        | true, ReviewOutcome.Failed -> now FollowUps.SuspendedAdmin userId
        | _ -> nothing

    /// What an event of a user's stream asks for.
    let user (userId: string) (event: User.Events.Event) : Effect[] =
        match event with
        | User.Events.UserArchived _ ->
            [| effect FollowUps.ArchivedUser userId (Nullable()); effect Overtake userId (Nullable()) |]
        | User.Events.UserPurged _ -> now FollowUps.PurgedUser userId
        | User.Events.UserSuspended _ -> now FollowUps.SuspendedAdmin userId
        | User.Events.AdminReviewConcluded e -> concluded userId e
        | User.Events.UserEmailVerified _
        | User.Events.UserVerificationResent _ -> now Overtake userId
        | User.Events.UserRegistrationInitiated _
        | User.Events.UserRegistrationCompleted _
        | User.Events.UserActivated _
        | User.Events.UserDeactivated _
        | User.Events.UserUnsuspended _
        | User.Events.UserReactivated _
        | User.Events.UserVerificationExpired _
        | User.Events.UserStateAutoInactivated _
        | User.Events.AdminRegistrationInitiated _
        | User.Events.AdminUserActivated _
        | User.Events.AdminUserRejected _
        | User.Events.AdminReviewStarted _
        | User.Events.UserProfileUpdated _
        | User.Events.UserEmailChanged _
        | User.Events.UserPreferencesUpdated _
        | User.Events.UserActiveTeamSwitched _
        | User.Events.Rights _ -> nothing

    /// What an event of a team's stream asks for.
    let team (teamId: string) (event: Team.Events.Event) : Effect[] =
        match event with
        | Team.Events.TeamArchived _ -> now FollowUps.ArchivedTeam teamId
        | _ -> nothing

    /// What an event of a role's stream asks for.
    let role (roleId: string) (event: Role.Events.Event) : Effect[] =
        match event with
        | Role.Events.RoleRetired _ -> now FollowUps.RetiredRole roleId
        | _ -> nothing

    let private soon (processId: string) (at: DateTimeOffset) (due: DateTimeOffset) =
        if due > at && (due - at).TotalMinutes <= SoonMinutes then
            [| effect Advance processId (Nullable due) |]
        else
            nothing

    /// What an event of a process asks for: to go on when its next action is due, where that is soon. Where it is due at once,
    /// whoever wrote the event goes on himself.
    let ofProcess (processId: string) (event: Process.Events.Event) : Effect[] =
        match event with
        | Process.Events.Started e -> soon processId e.At e.NextAt
        | Process.Events.StepDone e -> soon processId e.At e.NextAt
        | Process.Events.StepFailed { RetryAt = Some retryAt; At = at }
        | Process.Events.CompensationFailed { RetryAt = Some retryAt; At = at } -> soon processId at retryAt
        | Process.Events.Resumed _ -> now Advance processId
        | Process.Events.StepFailed _
        | Process.Events.CompensationFailed _
        | Process.Events.StepGivenUp _
        | Process.Events.StepCompensated _
        | Process.Events.Superseded _
        | Process.Events.Completed _
        | Process.Events.Failed _ -> nothing
