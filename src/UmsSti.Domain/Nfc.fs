namespace UmsSti.Domain

open System
open System.Collections.Generic
open System.Globalization
open System.Text

/// Unicode normalisation form C (UAX 15). The program runs without ICU, where `String.Normalize` changes nothing; and the
/// result decides which addresses are equal, so it must not depend on the machine.
[<RequireQualifiedAccess>]
module Nfc =
    // Hangul syllables are composed by arithmetic (Unicode standard, section 3.12).
    let private sBase, lBase, vBase, tBase = 0xAC00, 0x1100, 0x1161, 0x11A7
    let private lCount, vCount, tCount = 19, 21, 28
    let private sCount = lCount * vCount * tCount

    /// No character below takes part in composition or reordering.
    [<Literal>]
    let private FirstAffected = '\u0300'

    let private words (data: string) = data.Split([| ' '; '\n'; '\r' |], StringSplitOptions.RemoveEmptyEntries)

    let private hex (text: string) = Int32.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture)

    let private decompositions = Dictionary<int, int[]>()
    let private compositions = Dictionary<struct (int * int), int>()
    let private classes = Dictionary<int, int>()

    do
        for word in words UnicodeData.decompositions do
            let cut = word.IndexOfAny [| '='; '>' |]
            let composed = hex (word.Substring(0, cut))
            let parts = word.Substring(cut + 1).Split '+' |> Array.map hex
            decompositions[composed] <- parts

            if word[cut] = '=' then
                compositions[struct (parts[0], parts[1])] <- composed

        for word in words UnicodeData.combiningClasses do
            let cut = word.IndexOf ':'
            let range = word.Substring(0, cut).Split '-' |> Array.map hex

            for codePoint in range[0] .. range[range.Length - 1] do
                classes[codePoint] <- int (word.Substring(cut + 1))

    let private classOf codePoint =
        match classes.TryGetValue codePoint with
        | true, combiningClass -> combiningClass
        | _ -> 0

    let rec private decompose (target: List<int>) codePoint =
        let syllable = codePoint - sBase

        if syllable >= 0 && syllable < sCount then
            target.Add(lBase + syllable / (vCount * tCount))
            target.Add(vBase + syllable % (vCount * tCount) / tCount)

            if syllable % tCount <> 0 then
                target.Add(tBase + syllable % tCount)
        else
            match decompositions.TryGetValue codePoint with
            | true, parts -> Array.iter (decompose target) parts
            | _ -> target.Add codePoint

    /// Puts each run of combining marks into the order of their classes, equal ones staying as they stand.
    let private reorder (codePoints: List<int>) =
        let mutable start = 0

        while start < codePoints.Count do
            let mutable stop = start

            while stop < codePoints.Count && classOf codePoints[stop] <> 0 do
                stop <- stop + 1

            if stop - start > 1 then
                codePoints.GetRange(start, stop - start)
                |> List.ofSeq
                |> List.sortBy classOf
                |> List.iteri (fun i codePoint -> codePoints[start + i] <- codePoint)

            start <- stop + 1

    let private tryCompose first second =
        let l, v = first - lBase, second - vBase
        let s, t = first - sBase, second - tBase

        if l >= 0 && l < lCount && v >= 0 && v < vCount then
            ValueSome(sBase + (l * vCount + v) * tCount)
        elif s >= 0 && s < sCount && s % tCount = 0 && t > 0 && t < tCount then
            ValueSome(first + t)
        else
            match compositions.TryGetValue(struct (first, second)) with
            | true, composed -> ValueSome composed
            | _ -> ValueNone

    /// Joins each starter with the marks that are not blocked from it by one of an equal or higher class.
    let private compose (codePoints: List<int>) =
        let composed = List<int>(codePoints.Count)
        let mutable starter = -1
        let mutable lastClass = -1

        for codePoint in codePoints do
            let combiningClass = classOf codePoint
            let isAdjacent = starter >= 0 && lastClass = -1
            let isFree = isAdjacent || (lastClass <> -1 && lastClass < combiningClass)

            match
                (if starter >= 0 && isFree then
                     tryCompose composed[starter] codePoint
                 else
                     ValueNone)
            with
            | ValueSome joined -> composed[starter] <- joined
            | ValueNone ->
                composed.Add codePoint

                if combiningClass = 0 then
                    starter <- composed.Count - 1
                    lastClass <- -1
                else
                    lastClass <- combiningClass

        composed

    /// The text in form C. The text must be well-formed (`Text.isWellFormed`).
    let normalise (text: string) =
        if String.forall (fun c -> c < FirstAffected) text then
            text
        else
            let codePoints = List<int>(text.Length)

            for rune in text.EnumerateRunes() do
                decompose codePoints rune.Value

            reorder codePoints
            let result = StringBuilder(text.Length)

            for codePoint in compose codePoints do
                result.Append(Rune(codePoint).ToString()) |> ignore

            result.ToString()
