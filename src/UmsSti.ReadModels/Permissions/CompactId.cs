using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace UmsSti.ReadModels.Permissions;

/// <summary>
/// An id in sixteen bytes and a form, without loss: a UUID, a ULID, a Snowflake number, or at most sixteen ASCII characters.
/// Each text has one compact id and each compact id one text, so two ids are equal when their texts are.
/// </summary>
internal readonly record struct CompactId(ulong High, ulong Low, CompactId.Kind Form)
{
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string Hexadecimal = "0123456789abcdef";
    private const int UuidLength = 36, UlidLength = 26, ShortLength = 16, MaxNumberLength = 19;
    private const byte NoDigit = byte.MaxValue;

    private static readonly byte[] HexDigits = Digits(Hexadecimal);
    private static readonly byte[] CrockfordDigits = Digits(Crockford);

    public enum Kind : byte
    {
        None,
        Short,
        Number,
        Ulid,
        Uuid,
    }

    /// <summary>Spreads ids over a table; time-ordered ones as well.</summary>
    public ulong Hash
    {
        get
        {
            var mixed = (High * 0x9E3779B97F4A7C15) ^ ((Low + (ulong)Form) * 0xC2B2AE3D27D4EB4F);
            mixed ^= mixed >> 32;
            mixed *= 0xD6E8FEB86659FD93;
            return mixed ^ (mixed >> 32);
        }
    }

    /// <summary>Throws <see cref="FormatException"/> for a text that is none of the forms.</summary>
    public static CompactId Parse(string text) => TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not an id the permission index can hold.");

    /// <summary>Throws <see cref="FormatException"/> for a text that is none of the forms.</summary>
    public static CompactId Parse(ReadOnlySpan<byte> text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{Encoding.UTF8.GetString(text)}' is not an id the permission index can hold.");

    public static bool TryParse(ReadOnlySpan<char> text, out CompactId id)
    {
        id = default;
        if (text.Length > UuidLength)
            return false;
        Span<byte> bytes = stackalloc byte[UuidLength];
        return Ascii.FromUtf16(text, bytes, out var length) == System.Buffers.OperationStatus.Done && TryParse(bytes[..length], out id);
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out CompactId id)
    {
        id = default;
        return text.Length switch
        {
            UuidLength => TryUuid(text, out id),
            UlidLength => TryUlid(text, out id),
            > ShortLength and <= MaxNumberLength => TryNumber(text, out id),
            > 0 and <= ShortLength => TryShort(text, out id),
            _ => false,
        };
    }

    /// <summary>The text it was made from.</summary>
    public override string ToString() => Form switch
    {
        Kind.Uuid => UuidText(),
        Kind.Ulid => string.Create(UlidLength, new UInt128(High, Low), static (text, bits) =>
        {
            for (var place = UlidLength - 1; place >= 0; place--, bits >>= 5)
                text[place] = Crockford[(int)(bits & 31)];
        }),
        Kind.Number => Low.ToString(CultureInfo.InvariantCulture),
        _ => ShortText(),
    };

    private static bool TryUuid(ReadOnlySpan<byte> text, out CompactId id)
    {
        id = default;
        ulong high = 0, low = 0;
        for (var place = 0; place < UuidLength; place++)
        {
            if (place is 8 or 13 or 18 or 23)
            {
                if (text[place] != (byte)'-')
                    return false;
                continue;
            }
            var digit = HexDigits[text[place]];
            if (digit == NoDigit)
                return false;
            if (place < 18)
                high = (high << 4) | digit;
            else
                low = (low << 4) | digit;
        }
        id = new CompactId(high, low, Kind.Uuid);
        return true;
    }

    private static bool TryUlid(ReadOnlySpan<byte> text, out CompactId id)
    {
        id = default;
        var first = CrockfordDigits[text[0]];
        if (first > 7) // 26 digits of five bits are 130 bits: the first two must be zero
            return false;
        ulong high = 0, low = first;
        for (var place = 1; place < UlidLength; place++)
        {
            var digit = CrockfordDigits[text[place]];
            if (digit == NoDigit)
                return false;
            high = (high << 5) | (low >> 59);
            low = (low << 5) | digit;
        }
        id = new CompactId(high, low, Kind.Ulid);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out CompactId id)
    {
        id = default;
        if (text[0] is < (byte)'1' or > (byte)'9' || !Utf8Parser.TryParse(text, out long number, out var read) || read != text.Length)
            return false;
        id = new CompactId(0, (ulong)number, Kind.Number);
        return true;
    }

    // From the left, filled up with zeros: a NUL is not part of an id.
    private static bool TryShort(ReadOnlySpan<byte> text, out CompactId id)
    {
        ulong high = 0, low = 0;
        id = default;
        for (var place = 0; place < text.Length; place++)
        {
            if (text[place] is 0 or > 127)
                return false;
            if (place < 8)
                high |= (ulong)text[place] << (56 - (8 * place));
            else
                low |= (ulong)text[place] << (56 - (8 * (place - 8)));
        }
        id = new CompactId(high, low, Kind.Short);
        return true;
    }

    private string UuidText()
    {
        var digits = $"{High:x16}{Low:x16}";
        return $"{digits[..8]}-{digits[8..12]}-{digits[12..16]}-{digits[16..20]}-{digits[20..]}";
    }

    private string ShortText()
    {
        Span<byte> bytes = stackalloc byte[ShortLength];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return Encoding.ASCII.GetString(bytes.TrimEnd((byte)0));
    }

    private static byte[] Digits(string alphabet)
    {
        var digits = new byte[256];
        Array.Fill(digits, NoDigit);
        for (var value = 0; value < alphabet.Length; value++)
            digits[alphabet[value]] = (byte)value;
        return digits;
    }
}
