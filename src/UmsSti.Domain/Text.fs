namespace UmsSti.Domain

open System
open System.Globalization
open System.Runtime.InteropServices

/// The rules every stored text keeps: trimmed, NFC, not blank, no control characters, no overrides of direction, no
/// lone surrogates, a bounded length. Lengths count characters as JSON Schema does: Unicode code points after trimming and normalising.
[<RequireQualifiedAccess>]
module Text =
    /// Whether surrogates come in pairs only; anything else has no UTF-8 form.
    let isWellFormed (text: string) =
        let rec isFrom i =
            if i >= text.Length then
                true
            elif not (Char.IsSurrogate text[i]) then
                isFrom (i + 1)
            elif i + 1 < text.Length && Char.IsSurrogatePair(text[i], text[i + 1]) then
                isFrom (i + 2)
            else
                false

        isFrom 0

    /// Letters, marks and digits of any script: what words are made of.
    let isWordRune (rune: System.Text.Rune) =
        match System.Text.Rune.GetUnicodeCategory rune with
        | UnicodeCategory.UppercaseLetter
        | UnicodeCategory.LowercaseLetter
        | UnicodeCategory.TitlecaseLetter
        | UnicodeCategory.ModifierLetter
        | UnicodeCategory.OtherLetter
        | UnicodeCategory.DecimalDigitNumber
        | UnicodeCategory.NonSpacingMark
        | UnicodeCategory.SpacingCombiningMark -> true
        | _ -> false

    /// The number of Unicode code points.
    let length (text: string) =
        let mutable count = 0

        for c in text do
            if not (Char.IsLowSurrogate c) then
                count <- count + 1

        count

    let private isLineCharacter c = c = '\n' || c = '\t'

    let private isVisible c = not (Char.IsWhiteSpace c) && Char.GetUnicodeCategory c <> UnicodeCategory.Format

    /// Characters that turn the direction of what stands around them: with them a name shows as another one.
    let private turnsDirection c = (c >= '\u202A' && c <= '\u202E') || (c >= '\u2066' && c <= '\u2069')

    let private clean allowed maxLength (text: string) =
        // Bounds the work on hostile input: no real text shrinks this much by trimming and composing.
        if text.Length > 16 * (maxLength + 64) then
            Error $"must have at most {maxLength} characters"
        elif not (isWellFormed text) then
            Error "must be well-formed Unicode text"
        else
            let trimmed = text.Trim()
            let clean = Nfc.normalise trimmed

            if not (String.exists isVisible clean) then
                Error "must not be blank"
            elif clean |> String.exists (fun c -> Char.IsControl c && not (allowed c)) then
                Error "must not contain control characters"
            elif String.exists turnsDirection clean then
                Error "must not contain characters that override the direction of text"
            elif length clean > maxLength then
                Error $"must have at most {maxLength} characters"
            else
                Ok clean

    /// One line of at most `maxLength` characters; the cleaned text, or what is wrong with it.
    let singleLine maxLength (text: string | null) =
        match text with
        | null -> Error "must be given"
        | text -> clean (fun _ -> false) maxLength text

    /// Like `singleLine`, but line feeds and tabs may stand inside. Carriage returns of CR LF pairs are dropped.
    let multiLine maxLength (text: string | null) =
        match text with
        | null -> Error "must be given"
        | text -> clean isLineCharacter maxLength (text.Replace("\r\n", "\n"))

/// A person's or service's display name: one line, at most 255 characters (NF-24).
[<Sealed>]
type UserName private (value: string) =
    /// Longest name, in characters.
    static member MaxLength = 255

    member _.Value = value
    /// The placeholder, so that a name never reaches a log by accident; use `Value`.
    override _.ToString() = Personal.Placeholder
    override _.GetHashCode() = String.GetHashCode value

    override _.Equals other =
        match other with
        | :? UserName as name -> name.Value = value
        | _ -> false

    /// The name, or what is wrong with the text.
    static member Create(text: string | null) : Result<UserName, string> =
        Text.singleLine UserName.MaxLength text |> Result.map UserName

    /// The name, when the text is one.
    static member TryParse(text: string | null, [<Out>] result: byref<UserName>) =
        match UserName.Create text with
        | Ok name ->
            result <- name
            true
        | Error _ -> false

/// Why something was done, in words: at most 500 characters (NF-24), several lines allowed. May hint at a person.
[<Sealed>]
type Reason private (value: string) =
    /// Longest reason, in characters.
    static member MaxLength = 500

    member _.Value = value
    /// The placeholder, so that a reason never reaches a log by accident; use `Value`.
    override _.ToString() = Personal.Placeholder
    override _.GetHashCode() = String.GetHashCode value

    override _.Equals other =
        match other with
        | :? Reason as reason -> reason.Value = value
        | _ -> false

    /// The reason, or what is wrong with the text.
    static member Create(text: string | null) : Result<Reason, string> = Text.multiLine Reason.MaxLength text |> Result.map Reason

    /// The reason, when the text is one.
    static member TryParse(text: string | null, [<Out>] result: byref<Reason>) =
        match Reason.Create text with
        | Ok reason ->
            result <- reason
            true
        | Error _ -> false
