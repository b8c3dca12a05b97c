namespace UmsSti.Application

open System
open System.Collections.Generic
open UmsSti.Domain
open UmsSti.Domain.User

/// Shows folded states in the shape of the API.
[<RequireQualifiedAccess>]
module Views =
    let private shown (values: Map<string, Personal>) =
        let all = Dictionary<string, string>(values.Count)

        for KeyValue(key, value) in values do
            all[key] <- value.ToString()

        all :> IReadOnlyDictionary<_, _>

    /// The user as he is after `version` events; none when he was never registered.
    let user (id: UserId) (version: int64) (state: Fold.State) : UserView voption =
        match state with
        | Fold.Initial -> ValueNone
        | Fold.Registered user ->
            ValueSome
                { Id = id.Value
                  Type = user.Type.Name
                  State = user.State.Name
                  SubState = user.SubState.Name
                  Email = user.Email.ToString()
                  EmailVerified = user.EmailVerified
                  Name = user.Name.ToString()
                  Profile = shown user.Profile
                  Preferences = shown user.Preferences
                  ActiveTeamId = Option.toObj user.ActiveTeam
                  CreatedAt = user.CreatedAt
                  CreatedBy = user.CreatedBy
                  UpdatedAt = user.UpdatedAt
                  UpdatedBy = user.UpdatedBy
                  LastLoginAt = Nullable()
                  Version = version }
