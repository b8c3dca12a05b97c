namespace UmsSti.Domain.User

open UmsSti.Domain

/// What others may ask of a user's state.
[<RequireQualifiedAccess>]
module Queries =
    /// The details of a user who exists.
    let tryDetails state =
        match state with
        | Fold.Registered user -> Some user
        | Fold.Initial -> None

    /// The current address, while it can be read.
    let tryEmail state =
        match state with
        | Fold.Registered { Email = Personal.Known text } ->
            match Email.TryParse text with
            | true, email -> Some email
            | _ -> None
        | Fold.Registered { Email = Personal.Erased }
        | Fold.Initial -> None

    /// Whether `Activate` would approve an admin, which takes `users.create_admin` instead of `users.activate`.
    let activationIsApproval state =
        match state with
        | Fold.Registered user ->
            user.AwaitsApproval && (user.SubState = SubState.PendingApproval || user.SubState = SubState.Inactive)
        | Fold.Initial -> false

    /// Name with type label (US-07); system users as "System: name".
    let displayName (user: Fold.Details) =
        match user.Type with
        | UserType.Standard -> $"{user.Name} (Standard User)"
        | UserType.Admin -> $"{user.Name} (Administrator)"
        | UserType.System -> $"System: {user.Name}"
