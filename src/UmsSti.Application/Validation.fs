namespace UmsSti.Application

open System
open System.Collections.Generic
open UmsSti.Domain

/// A command whose every text is valid; made by `Validation` only.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal ValidCommand =
    /// `id` is None when the door is to make one.
    | Register of id: UserId option * register: User.Register * credentialHash: (string | null)
    | ChangeEmail of id: UserId * newEmail: Email
    | VerifyEmail of id: UserId * addressIndex: string
    /// One that touches the user's own stream alone. Several are decided one after the other on the same stream.
    | OfUser of id: UserId * commands: User.Command list
    /// One about teams, memberships, rights or roles.
    | OfTeams of ValidTeamCommand

/// First station of the door: turns raw text into valid values, or names every field at fault. Reads no state.
[<RequireQualifiedAccess>]
module internal Validation =
    let private finish (errors: InputErrors) (build: unit -> ValidCommand) =
        if errors.Any then Error(errors.ToRefusal()) else Ok(build ())

    let private userId (text: string) =
        match UserId.TryParse text with
        | true, id -> Ok id
        | false, _ -> Error(Refusals.notFound "user")

    let private profileEntries (errors: InputErrors) (profile: IReadOnlyDictionary<string, string | null> | null) =
        match profile with
        | null -> []
        | profile ->
            [ for KeyValue(key, text) in profile do
                  let field = $"profile.{key}"

                  match ProfileField.tryFromKey key, text with
                  | None, _ -> errors.Add(field, "is not a profile field")
                  | Some _, null -> ()
                  | Some known, text ->
                      match errors.Take(field, ProfileEntry.Create(known, text)) with
                      | Some entry -> entry
                      | None -> () ]

    let private profileChanges (errors: InputErrors) (profile: IReadOnlyDictionary<string, string | null> | null) =
        let set = profileEntries errors profile |> List.map ProfileChange.Set

        let clear =
            match profile with
            | null -> []
            | profile ->
                [ for KeyValue(key, text) in profile do
                      match ProfileField.tryFromKey key, text with
                      | Some field, null -> ProfileChange.Clear field
                      | _ -> () ]

        set @ clear

    let private preferenceChanges (errors: InputErrors) (preferences: IReadOnlyDictionary<string, string | null> | null) =
        match preferences with
        | null -> []
        | preferences ->
            [ for KeyValue(key, text) in preferences do
                  let field = $"preferences.{key}"

                  match text with
                  | null when Preferences.isKey key -> PreferenceChange.Clear key
                  | null -> errors.Add(field, "is not a preference key")
                  | text ->
                      match errors.Take(field, PreferenceEntry.Create(key, text)) with
                      | Some entry -> PreferenceChange.Set entry
                      | None -> () ]

    let private onUser id (build: InputErrors -> UserId -> User.Command list) =
        userId id
        |> Result.bind (fun id ->
            let errors = InputErrors()
            let commands = build errors id
            finish errors (fun () -> ValidCommand.OfUser(id, commands)))

    let private registerUser (raw: RegisterUser) =
        let errors = InputErrors()

        let id =
            match raw.UserId with
            | null -> None
            | text ->
                match UserId.TryParse text with
                | true, id -> Some id
                | false, _ ->
                    errors.Add("id", "must be a user id")
                    None

        let kind =
            match UserType.TryParse raw.Type with
            | true, kind -> Some kind
            | false, _ ->
                errors.Add("type", "must be standard, admin or system")
                None

        let email = errors.Take("email", Email.Create raw.Email)
        let name = errors.Take("name", UserName.Create raw.Name)
        let profile = profileEntries errors raw.Profile

        match kind, email, name with
        | Some kind, Some email, Some name when not errors.Any ->
            let register: User.Register =
                { Type = kind
                  Email = email
                  Name = name
                  Profile = profile
                  Activate = if raw.Activate then Some ActivationMethod.Admin else None }

            Ok(ValidCommand.Register(id, register, raw.CredentialHash))
        | _ -> Error(errors.ToRefusal())

    let private updateUser (raw: UpdateUser) =
        onUser raw.UserId (fun errors _ ->
            let name =
                match raw.Name with
                | null -> None
                | text -> errors.Take("name", UserName.Create text)

            let changes = profileChanges errors raw.Profile
            let preferences = preferenceChanges errors raw.Preferences

            [ if name.IsSome || not changes.IsEmpty then
                  User.Command.UpdateProfile { Name = name; Changes = changes }
              if not preferences.IsEmpty then
                  User.Command.UpdatePreferences preferences ])

    let private legalBasis (errors: InputErrors) (text: string | null) =
        match text with
        | "retention_expired" -> [ User.Command.Purge User.LegalBasis.RetentionExpired ]
        | "erasure_request" -> [ User.Command.Purge User.LegalBasis.ErasureRequest ]
        | _ ->
            errors.Add("legalBasis", "must be retention_expired or erasure_request")
            []

    let private reviewOutcome (errors: InputErrors) (text: string) =
        match ReviewOutcome.TryParse text with
        | true, outcome -> Some outcome
        | false, _ ->
            errors.Add("outcome", "must be passed, failed or terminated")
            None

    /// Longest grace period, in days.
    [<Literal>]
    let GraceLimitDays = 3650

    let private cleanup (errors: InputErrors) graceDays =
        if graceDays < 0 || graceDays > GraceLimitDays then
            errors.Add("graceDays", $"must be 0 to {GraceLimitDays}")

        [ User.Command.CleanupExpired graceDays ]

    /// The valid command, or the refusal that names what is wrong.
    let check (now: DateTimeOffset) (command: Command) : Result<ValidCommand, Refusal> =
        match command with
        | Command.OfTeams command -> TeamValidation.check now command |> Result.map ValidCommand.OfTeams
        | Command.RegisterUser raw -> registerUser raw
        | Command.CompleteRegistration raw ->
            onUser raw.UserId (fun errors _ -> [ User.Command.CompleteRegistration(profileEntries errors raw.Profile) ])
        | Command.ActivateUser id -> onUser id (fun _ _ -> [ User.Command.Activate ActivationMethod.Admin ])
        | Command.DeactivateUser(id, reason) ->
            onUser id (fun errors _ -> errors.Required("reason", reason) |> Option.map User.Command.Deactivate |> Option.toList)
        | Command.SuspendUser(id, reason, until) ->
            onUser id (fun errors _ ->
                errors.Required("reason", reason)
                |> Option.map (fun reason -> User.Command.Suspend(reason, until |> Option.ofNullable |> Option.map Moments.kept))
                |> Option.toList)
        | Command.UnsuspendUser(id, note) ->
            onUser id (fun errors _ -> errors.Required("note", note) |> Option.map User.Command.LiftSuspension |> Option.toList)
        | Command.ArchiveUser(id, reason) ->
            onUser id (fun errors _ -> [ User.Command.Archive(errors.Optional("reason", reason)) ])
        | Command.PurgeUser(id, basis) -> onUser id (fun errors _ -> legalBasis errors basis)
        | Command.UpdateUser raw -> updateUser raw
        | Command.ChangeEmail(id, newEmail) ->
            userId id
            |> Result.bind (fun id ->
                match Email.Create newEmail with
                | Ok email -> Ok(ValidCommand.ChangeEmail(id, email))
                | Error message -> Error(Refusals.invalid [ "newEmail", message ]))
        | Command.VerifyEmail(id, addressIndex) -> userId id |> Result.map (fun id -> ValidCommand.VerifyEmail(id, addressIndex))
        | Command.ResendVerification id -> onUser id (fun _ _ -> [ User.Command.ResendVerification ])
        | Command.ExpireVerification id -> onUser id (fun _ _ -> [ User.Command.ExpireVerification ])
        | Command.EndSuspension id -> onUser id (fun _ _ -> [ User.Command.EndSuspension ])
        | Command.CleanupExpired(id, graceDays) -> onUser id (fun errors _ -> cleanup errors graceDays)
        | Command.AutoInactivate(id, lastActivityAt) ->
            onUser id (fun _ _ -> [ User.Command.AutoInactivate(Moments.kept lastActivityAt) ])
        | Command.RejectAdmin(id, reason) ->
            onUser id (fun errors _ -> errors.Required("reason", reason) |> Option.map User.Command.RejectAdmin |> Option.toList)
        | Command.OpenAdminReview(id, trigger) ->
            onUser id (fun errors _ -> errors.Required("trigger", trigger) |> Option.map User.Command.OpenReview |> Option.toList)
        | Command.ConcludeAdminReview(id, outcome, note) ->
            onUser id (fun errors _ ->
                match reviewOutcome errors outcome, errors.Required("note", note) with
                | Some outcome, Some note -> [ User.Command.ConcludeReview(outcome, note) ]
                | _ -> [])
