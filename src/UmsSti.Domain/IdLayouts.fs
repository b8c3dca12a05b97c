namespace UmsSti.Domain

open System

/// UUID version 7 (ID-20): 48 bits of milliseconds, version, variant, 74 random bits; 36 characters.
[<RequireQualifiedAccess>]
module Uuid7 =
    /// Characters of the text form.
    [<Literal>]
    let Length = 36

    /// Random bytes a new id takes; 6 of their 80 bits give way to version and variant.
    [<Literal>]
    let RandomBytes = 10

    /// Largest time the 48 bits hold, in milliseconds since 1970-01-01 UTC.
    [<Literal>]
    let MaxUnixMilliseconds = 0xFFFF_FFFF_FFFFL

    let private isLowerHex c = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')

    /// Whether the text is a version 7 UUID in its lower-case form with hyphens.
    let isCanonical (text: string | null) =
        let fits i c =
            match i with
            | 8
            | 13
            | 18
            | 23 -> c = '-'
            | 14 -> c = '7'
            | 19 -> c = '8' || c = '9' || c = 'a' || c = 'b'
            | _ -> isLowerHex c

        match text with
        | null -> false
        | text ->
            let rec fitsFrom i = i = Length || (fits i text[i] && fitsFrom (i + 1))
            text.Length = Length && fitsFrom 0

    /// Lays out an id. Throws ArgumentException when the time does not fit 48 bits or there are not ten random bytes.
    let create (unixMilliseconds: int64) (random: byte[]) =
        if unixMilliseconds < 0L || unixMilliseconds > MaxUnixMilliseconds then
            invalidArg (nameof unixMilliseconds) "A UUID v7 holds 48 bits of milliseconds."

        if random.Length <> RandomBytes then
            invalidArg (nameof random) "A UUID v7 takes ten random bytes."

        let time = Array.init 6 (fun i -> byte (unixMilliseconds >>> (40 - 8 * i)))
        let bytes = Array.append time random
        bytes[6] <- 0x70uy ||| (bytes[6] &&& 0x0Fuy)
        bytes[8] <- 0x80uy ||| (bytes[8] &&& 0x3Fuy)
        Guid(ReadOnlySpan bytes, true).ToString "D"

    /// The milliseconds since 1970-01-01 UTC in a canonical id.
    let unixMilliseconds (canonical: string) = Convert.ToInt64(canonical.Substring(0, 8) + canonical.Substring(9, 4), 16)

/// ULID (ID-21): 48 bits of milliseconds and 80 random bits as 26 characters of Crockford's base 32.
[<RequireQualifiedAccess>]
module Ulid =
    /// Characters of the text form.
    [<Literal>]
    let Length = 26

    /// Random bytes a new id takes.
    [<Literal>]
    let RandomBytes = 10

    [<Literal>]
    let private Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

    /// Whether the text is a ULID, in either case. 26 characters hold 130 bits, so the first is at most '7'.
    let isValid (text: string | null) =
        match text with
        | null -> false
        | text ->
            text.Length = Length
            && text[0] >= '0'
            && text[0] <= '7'
            && String.forall (fun c -> Char.IsAscii c && Alphabet.Contains(Char.ToUpperInvariant c)) text

    /// Lays out an id in upper case. Throws ArgumentException when the time does not fit 48 bits or there are not ten random bytes.
    let create (unixMilliseconds: int64) (random: byte[]) =
        if unixMilliseconds < 0L || unixMilliseconds > Uuid7.MaxUnixMilliseconds then
            invalidArg (nameof unixMilliseconds) "A ULID holds 48 bits of milliseconds."

        if random.Length <> RandomBytes then
            invalidArg (nameof random) "A ULID takes ten random bytes."

        let digit (value: UInt128) i = Alphabet[int (uint32 (value >>> (5 * i)) &&& 31u)]
        let entropy = (UInt128.Zero, random) ||> Array.fold (fun sum b -> (sum <<< 8) ||| UInt128.op_Implicit b)
        let value = (UInt128.op_Implicit (uint64 unixMilliseconds) <<< 80) ||| entropy
        String(Array.init Length (fun i -> digit value (Length - 1 - i)))

    /// The milliseconds since 1970-01-01 UTC in a valid id.
    let unixMilliseconds (valid: string) =
        (0L, valid.Substring(0, 10).ToUpperInvariant())
        ||> Seq.fold (fun sum c -> (sum <<< 5) ||| int64 (Alphabet.IndexOf c))

/// Snowflake (ID-10): `milliseconds since 2023-01-01 << 22 | datacenter << 17 | worker << 12 | sequence`, at most 19 digits.
[<RequireQualifiedAccess>]
module Snowflake =
    /// 2023-01-01T00:00:00Z in milliseconds since 1970-01-01 UTC.
    [<Literal>]
    let EpochUnixMilliseconds = 1_672_531_200_000L

    /// Most digits of the text form.
    [<Literal>]
    let MaxDigits = 19

    /// Largest time the 41 bits hold, in milliseconds since the epoch.
    [<Literal>]
    let MaxMilliseconds = 0x1FF_FFFF_FFFFL

    /// Largest datacenter and worker number.
    [<Literal>]
    let MaxNode = 31

    /// Largest sequence number within one millisecond.
    [<Literal>]
    let MaxSequence = 4095

    /// The parts of an id.
    [<Struct>]
    type Parts = { UnixMilliseconds: int64; Datacenter: int; Worker: int; Sequence: int }

    /// Puts an id together. Throws ArgumentOutOfRangeException when a part does not fit its bits.
    let compose (parts: Parts) =
        let time = parts.UnixMilliseconds - EpochUnixMilliseconds

        let within name (value: int64) (limit: int64) =
            if value < 0L || value > limit then
                raise (ArgumentOutOfRangeException(name, value, $"A Snowflake's {name} lies within 0 and {limit}."))

        within "time" time MaxMilliseconds
        within "datacenter" parts.Datacenter MaxNode
        within "worker" parts.Worker MaxNode
        within "sequence" parts.Sequence MaxSequence

        (time <<< 22) ||| (int64 parts.Datacenter <<< 17) ||| (int64 parts.Worker <<< 12) ||| int64 parts.Sequence

    /// Takes an id apart; the inverse of `compose`.
    let parse (id: int64) =
        { UnixMilliseconds = (id >>> 22) + EpochUnixMilliseconds
          Datacenter = int (id >>> 17) &&& 31
          Worker = int (id >>> 12) &&& 31
          Sequence = int id &&& 4095 }

    /// Whether the text is a positive 63-bit number in digits, without sign or leading zero.
    let isCanonical (text: string | null) =
        match text with
        | null
        | "" -> false
        | text ->
            text.Length <= MaxDigits
            && text[0] <> '0'
            && String.forall Char.IsAsciiDigit text
            && fst (Int64.TryParse text)
