namespace UmsSti.Domain.User

open UmsSti.Domain

/// What wishes about a user's data come to, compared with what is known: only what really changes.
[<RequireQualifiedAccess>]
module internal Changes =
    /// The last word on each field.
    let profileValues (entries: ProfileEntry list) : Events.ProfileValue[] =
        entries
        |> List.map (fun entry -> entry.Field.Key, entry.Value)
        |> Map.ofList
        |> Map.toArray
        |> Array.map (fun (field, value) -> { Field = field; Value = Personal.Known value })

    /// Whether the text is the address, by its normalised form.
    let isAddress (email: Email) personal =
        match personal with
        | Personal.Erased -> false
        | Personal.Known text ->
            match Email.TryParse text with
            | true, known -> known = email
            | _ -> false

    let private compared field previous wanted : Events.FieldChange = { Field = field; Previous = previous; New = wanted }

    let private nameChange (update: UpdateProfile) (user: Fold.Details) =
        match update.Name with
        | Some name -> [| compared "name" (Some user.Name) (Some(Personal.Known name.Value)) |]
        | None -> [||]

    /// The last word on each field, against what is known.
    let private fieldChanges (update: UpdateProfile) (user: Fold.Details) =
        let wish change =
            match change with
            | ProfileChange.Set entry -> entry.Field.Key, Some(Personal.Known entry.Value)
            | ProfileChange.Clear field -> field.Key, None

        update.Changes
        |> List.map wish
        |> Map.ofList
        |> Map.toArray
        |> Array.map (fun (field, wanted) -> compared field (user.Profile.TryFind field) wanted)

    /// The fields an update changes, the name first.
    let profile update user =
        Array.append (nameChange update user) (fieldChanges update user)
        |> Array.filter (fun change -> change.Previous <> change.New)

    /// The keys an update changes, by its last word on each.
    let preferences changes (user: Fold.Details) : Events.PreferenceValue[] =
        let wish change =
            match change with
            | PreferenceChange.Set entry -> entry.Key, Some(Personal.Known entry.Value)
            | PreferenceChange.Clear key -> key, None

        changes
        |> List.map wish
        |> Map.ofList
        |> Map.toArray
        |> Array.filter (fun (key, wanted) -> user.Preferences.TryFind key <> wanted)
        |> Array.map (fun (key, wanted) -> { Key = key; Value = wanted })

    /// Number of preferences once the changes are made.
    let keysAfter (changed: Events.PreferenceValue[]) (user: Fold.Details) =
        ((user.Preferences, changed)
         ||> Array.fold (fun known change -> known |> Map.change change.Key (fun _ -> change.Value)))
            .Count

    /// Whether what the user says about himself may change.
    let isEditable (user: Fold.Details) =
        match user.SubState with
        | SubState.Rejected
        | SubState.Archived
        | SubState.Purged -> false
        | _ -> true

    /// Where an admin stands right after a review that ended so; tells a retry.
    let isConcluded outcome (user: Fold.Details) =
        user.ArrivedBy = "AdminReviewConcluded"
        && match outcome with
           | ReviewOutcome.Passed -> user.SubState = SubState.Active || user.SubState = SubState.PendingApproval
           | ReviewOutcome.Failed -> user.SubState = SubState.Suspended
           | ReviewOutcome.Terminated -> user.SubState = SubState.Archived
