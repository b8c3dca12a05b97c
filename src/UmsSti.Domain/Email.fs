namespace UmsSti.Domain

open System
open System.Runtime.InteropServices
open System.Text

/// An e-mail address: the part of RFC 5321 that is in use. Local part as dot-separated atoms of at most 64 bytes, a
/// domain of labels of at most 63 bytes (one label is enough: `root@localhost`), 254 bytes in all (UTF-8). Letters and
/// digits of any script are accepted on both sides. No quoted local parts, address literals or comments.
[<Sealed>]
type Email private (display: string, normalised: string) =
    /// Longest address, in bytes of UTF-8.
    static member MaxLength = 254
    /// Longest local part, in bytes of UTF-8.
    static member MaxLocalLength = 64
    /// Longest label of the domain, in bytes of UTF-8.
    static member MaxLabelLength = 63

    /// As it was given, trimmed and NFC.
    member _.Display = display
    /// The form that is unique (US-10): trimmed, NFC, lower case throughout.
    member _.Normalised = normalised
    /// The placeholder, so that an address never reaches a log by accident; use `Display`.
    override _.ToString() = Personal.Placeholder
    override _.GetHashCode() = String.GetHashCode normalised

    /// Two addresses are equal when they are normalised to the same text.
    override _.Equals other =
        match other with
        | :? Email as email -> email.Normalised = normalised
        | _ -> false

    static member private IsLocal(local: string) =
        let isAtomRune (rune: Rune) = Text.isWordRune rune || (rune.IsAscii && "!#$%&'*+/=?^_`{|}~-".Contains(char rune.Value))

        Encoding.UTF8.GetByteCount local <= Email.MaxLocalLength
        && local.Split '.' |> Array.forall (fun atom -> atom <> "" && Seq.forall isAtomRune (atom.EnumerateRunes()))

    static member private IsLabel(label: string) =
        let isLabelRune (rune: Rune) = Text.isWordRune rune || rune.Value = int '-'

        label <> ""
        && Encoding.UTF8.GetByteCount label <= Email.MaxLabelLength
        && label[0] <> '-'
        && label[label.Length - 1] <> '-'
        && Seq.forall isLabelRune (label.EnumerateRunes())

    /// The address, or what is wrong with the text.
    static member Create(text: string | null) : Result<Email, string> =
        match Text.singleLine Email.MaxLength text with
        | Error problem -> Error problem
        | Ok clean when Encoding.UTF8.GetByteCount clean > Email.MaxLength -> Error $"must have at most {Email.MaxLength} bytes"
        | Ok clean ->
            let at = clean.LastIndexOf '@'

            if
                at > 0
                && Email.IsLocal(clean.Substring(0, at))
                && clean.Substring(at + 1).Split '.' |> Array.forall Email.IsLabel
            then
                Ok(Email(clean, Nfc.normalise (clean.ToLowerInvariant())))
            else
                Error "must be an e-mail address"

    /// The address, when the text is one.
    static member TryParse(text: string | null, [<Out>] result: byref<Email>) =
        match Email.Create text with
        | Ok email ->
            result <- email
            true
        | Error _ -> false
