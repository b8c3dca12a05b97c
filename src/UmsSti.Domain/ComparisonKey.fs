namespace UmsSti.Domain

open System
open System.Text

/// What names are compared by, so that two that look the same do not stand beside each other (CX-19): without invisible characters, with
/// full-width forms and blanks folded to the plain ones, case folded, NFC. What events carry stays as it was folded then: only texts that
/// come in are folded by this.
[<RequireQualifiedAccess>]
module ComparisonKey =
    /// Code points that show nothing by themselves: `Default_Ignorable_Code_Point` of the Unicode character database.
    let private invisible =
        [| 0x00AD, 0x00AD
           0x034F, 0x034F
           0x061C, 0x061C
           0x115F, 0x1160
           0x17B4, 0x17B5
           0x180B, 0x180F
           0x200B, 0x200F
           0x202A, 0x202E
           0x2060, 0x206F
           0x3164, 0x3164
           0xFE00, 0xFE0F
           0xFEFF, 0xFEFF
           0xFFA0, 0xFFA0
           0xFFF0, 0xFFF8
           0x1BCA0, 0x1BCA3
           0x1D173, 0x1D17A
           0xE0000, 0xE0FFF |]

    let private isInvisible codePoint = invisible |> Array.exists (fun (first, last) -> codePoint >= first && codePoint <= last)

    /// The full-width forms of ASCII stand in its order, that far above it.
    let private narrow (rune: Rune) =
        if rune.Value >= 0xFF01 && rune.Value <= 0xFF5E then Rune(rune.Value - 0xFEE0)
        elif Rune.IsWhiteSpace rune then Rune ' '
        else rune

    /// The key of a well-formed text; empty when nothing of it is seen.
    let ofText (text: string) =
        let seen = StringBuilder(text.Length)

        for rune in text.EnumerateRunes() do
            let rune = narrow rune
            let isRepeatedBlank = rune.Value = int ' ' && seen.Length > 0 && seen[seen.Length - 1] = ' '

            if not (isInvisible rune.Value || isRepeatedBlank) then
                seen.Append(rune.ToString()) |> ignore

        let plain = Nfc.normalise (seen.ToString().Trim())
        Nfc.normalise (plain.ToUpperInvariant().ToLowerInvariant())
