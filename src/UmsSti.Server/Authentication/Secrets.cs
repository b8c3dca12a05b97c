using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace UmsSti.Server.Authentication;

/// <summary>
/// Bearer secrets: 256 random bits behind a prefix that secret scanners can look for. Only the SHA-256 of the bits is ever kept
/// (AU-15); the text is shown once.
/// </summary>
public static class Secrets
{
    /// <summary>Starts every session token.</summary>
    public const string SessionPrefix = "ums_";

    /// <summary>Starts every e-mail verification token.</summary>
    public const string VerificationPrefix = "umsv_";

    private const int Bytes = 32;
    private const int TextLength = 43; // 32 bytes in base64url without padding

    /// <summary>A new secret and what is kept of it.</summary>
    public static (string Text, byte[] Hash) Make(string prefix)
    {
        Span<byte> bits = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(bits);
        return (prefix + Base64Url.EncodeToString(bits), SHA256.HashData(bits));
    }

    /// <summary>The text of a secret whose bits were made elsewhere, and what is kept of it.</summary>
    public static (string Text, byte[] Hash) Of(string prefix, ReadOnlySpan<byte> bits) =>
        bits.Length == Bytes ? (prefix + Base64Url.EncodeToString(bits), SHA256.HashData(bits)) : throw new ArgumentException("A secret has 256 bits.", nameof(bits));

    /// <summary>The hash of a secret as it arrived; false when it is not one of the prefix's form.</summary>
    public static bool TryHash(ReadOnlySpan<char> text, string prefix, Span<byte> hash)
    {
        if (text.Length != prefix.Length + TextLength || !text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        // Not TryDecodeFromChars: that one throws at characters which are not base64url.
        Span<byte> bits = stackalloc byte[Bytes];
        return Base64Url.DecodeFromChars(text[prefix.Length..], bits, out _, out var written) == OperationStatus.Done
            && written == Bytes
            && SHA256.HashData(bits, hash) == SHA256.HashSizeInBytes;
    }

    /// <summary>A password for the first system user: 24 characters of all four classes, without look-alikes.</summary>
    public static string MakePassword()
    {
        const int Length = 24;
        string[] classes = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "-_.:+*"];
        var all = string.Concat(classes);
        var text = RandomNumberGenerator.GetItems<char>(all, Length);
        for (var place = 0; place < classes.Length; place++)
        {
            text[place] = RandomNumberGenerator.GetItems<char>(classes[place], 1)[0];
        }

        RandomNumberGenerator.Shuffle<char>(text);
        return new string(text);
    }
}
