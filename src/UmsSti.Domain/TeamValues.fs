namespace UmsSti.Domain

open System
open System.Globalization
open System.Runtime.InteropServices
open System.Text

/// A team's name: one line, at most 255 characters (NF-24). Names that differ only in case, Unicode form, width or invisible characters
/// are equal (CX-19).
[<Sealed>]
type TeamName private (value: string) =
    let key = ComparisonKey.ofText value

    /// Longest name, in characters.
    static member MaxLength = 255

    /// As it was given, trimmed and NFC.
    member _.Value = value

    /// The form that is unique among siblings.
    member _.Key = key

    override _.ToString() = value
    override _.GetHashCode() = String.GetHashCode key

    override _.Equals other =
        match other with
        | :? TeamName as name -> name.Key = key
        | _ -> false

    /// The name, or what is wrong with the text.
    static member Create(text: string | null) : Result<TeamName, string> =
        match Text.singleLine TeamName.MaxLength text |> Result.map TeamName with
        | Ok name when name.Key = "" -> Error "must not be blank"
        | result -> result

    /// The name, when the text is one.
    static member TryParse(text: string | null, [<Out>] result: byref<TeamName>) =
        match TeamName.Create text with
        | Ok name ->
            result <- name
            true
        | Error _ -> false

/// A team's short name for addresses, unique in the installation (TM-15): letters and digits of any script in lower case, NFC,
/// words joined by single hyphens, at most 100 characters (NF-24). One slug has one spelling, so equality is that of the text.
[<Sealed>]
type Slug private (value: string) =
    /// Longest slug, in characters.
    static member MaxLength = 100

    member _.Value = value
    override _.ToString() = value
    override _.GetHashCode() = String.GetHashCode value

    override _.Equals other =
        match other with
        | :? Slug as slug -> slug.Value = value
        | _ -> false

    static member private Fold(clean: string) =
        let folded = ComparisonKey.ofText clean
        let words = StringBuilder()
        let mutable joins = false

        for rune in folded.EnumerateRunes() do
            if Text.isWordRune rune then
                if joins && words.Length > 0 then
                    words.Append '-' |> ignore

                words.Append(rune.ToString()) |> ignore
                joins <- false
            else
                joins <- true

        words.ToString()

    static member private Cut(maxLength: int, folded: string) =
        let kept = StringBuilder()
        let mutable count = 0

        for rune in folded.EnumerateRunes() do
            if count < maxLength then
                kept.Append(rune.ToString()) |> ignore

            count <- count + 1

        kept.ToString().TrimEnd '-'

    /// The slug of a name. `attempt` 1 is the plain one, 2, 3, ... put that number behind it, for a slug that is taken.
    static member OfName(name: TeamName, attempt: int) =
        let suffix = if attempt <= 1 then "" else "-" + attempt.ToString CultureInfo.InvariantCulture

        match Slug.Cut(Slug.MaxLength - suffix.Length, Slug.Fold name.Value) with
        | "" -> Slug("team" + suffix)
        | stem -> Slug(stem + suffix)

    /// The slug an event tells of, as it stands there: one that was made by an older fold keeps its spelling, and its stream.
    static member OfStored(text: string) = Slug text

    /// The slug a text spells, whatever its case or Unicode form, or what is wrong with the text.
    static member Create(text: string | null) : Result<Slug, string> =
        match Text.singleLine Slug.MaxLength text with
        | Error problem -> Error problem
        | Ok clean ->
            match Slug.Fold clean with
            | "" -> Error "must have a letter or a digit"
            | folded when Text.length folded > Slug.MaxLength -> Error $"must have at most {Slug.MaxLength} characters"
            | folded -> Ok(Slug folded)

    /// The slug, when the text spells one.
    static member TryParse(text: string | null, [<Out>] result: byref<Slug>) =
        match Slug.Create text with
        | Ok slug ->
            result <- slug
            true
        | Error _ -> false

/// Identifies a role definition: `global.{name}` or `{teamId}.{name}`, so that a name is unique in its scope by construction
/// (PE-21). The name part is a slug of ASCII letters and digits.
[<Struct>]
type RoleId =
    private
    | RoleId of string

    member this.Value = let (RoleId value) = this in value
    override this.ToString() = this.Value

    /// The name within its scope.
    member this.Name = this.Value.Substring(this.Value.IndexOf '.' + 1)

    /// The team the role belongs to; none for a global one.
    member this.Team =
        match TeamId.TryParse(this.Value.Substring(0, this.Value.IndexOf '.')) with
        | true, team -> ValueSome team
        | _ -> ValueNone

    /// Longest name, in characters (NF-24).
    static member MaxNameLength = 100

    static member private IsName(text: string) =
        text <> ""
        && text.Length <= RoleId.MaxNameLength
        && text[0] <> '-'
        && text[text.Length - 1] <> '-'
        && text |> String.forall (fun c -> Char.IsAsciiLetterLower c || Char.IsAsciiDigit c || c = '-' || c = '_')

    /// The role of that name in a team, or in the installation as a whole; or what is wrong with the name. Case does not matter.
    /// The names of the six roles of a team and of the system role are taken.
    static member Create(team: TeamId voption, name: string | null) : Result<RoleId, string> =
        match Text.singleLine RoleId.MaxNameLength name with
        | Error problem -> Error problem
        | Ok clean ->
            let folded = clean.ToLowerInvariant().Replace(' ', '-')
            let scope = team |> ValueOption.map _.Value |> ValueOption.defaultValue "global"

            if not (RoleId.IsName folded) then
                Error "must consist of letters a to z, digits, '-' and '_'"
            elif fst (TeamRole.TryParse folded) then
                Error "must not be the name of a built-in role"
            else
                Ok(RoleId $"{scope}.{folded}")

    /// The role of system users: all permissions, but no bypass by itself (PE-22, PE-32).
    static member SystemAdmin = RoleId "global.system-admin"

    /// Accepts the canonical form only.
    static member TryParse(text: string | null, [<Out>] result: byref<RoleId>) =
        match text with
        | null -> false
        | text ->
            match text.IndexOf '.' with
            | -1 -> false
            | dot ->
                let scope, name = text.Substring(0, dot), text.Substring(dot + 1)

                let isScope =
                    match TeamId.TryParse scope with
                    | true, team -> team.Value = scope
                    | _ -> scope = "global"

                if isScope && RoleId.IsName name then
                    result <- RoleId text
                    true
                else
                    false
