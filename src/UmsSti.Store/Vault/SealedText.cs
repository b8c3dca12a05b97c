using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using UmsSti.Kernel;

namespace UmsSti.Store.Vaults;

/// <summary>
/// Sealed text as it stands in events: base64url (no padding) of format (1 byte, 1), key id (4, big-endian), nonce (12), ciphertext,
/// tag (16); associated data is the event id (8, big-endian) and the subject in UTF-8. On disk for good (docs/contracts.md).
/// </summary>
internal static class SealedText
{
    private const byte Format = 1;
    private const int NonceAt = 1 + 4;
    private const int TextAt = NonceAt + Aead.NonceBytes;

    /// <summary>Buffers up to this size live on the stack.</summary>
    private const int StackBytes = 512;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Seal(DataKey key, NonceSource nonces, long eventId, string plain)
    {
        var plainBytes = Utf8.GetByteCount(plain);
        var total = TextAt + plainBytes + Aead.TagBytes;
        byte[]? rentedPlain = null, rentedOutput = null;
        var text = plainBytes <= StackBytes ? stackalloc byte[StackBytes] : rentedPlain = ArrayPool<byte>.Shared.Rent(plainBytes);
        var output = total <= StackBytes ? stackalloc byte[StackBytes] : rentedOutput = ArrayPool<byte>.Shared.Rent(total);
        try
        {
            Utf8.GetBytes(plain, text);
            output[0] = Format;
            BinaryPrimitives.WriteUInt32BigEndian(output[1..], key.Id);
            var nonce = output.Slice(NonceAt, Aead.NonceBytes);
            nonces.Next(nonce);
            Span<byte> associated = stackalloc byte[StackBytes];
            Aead.Fastest.Seal(key.Bytes, nonce, Associated(associated, key, eventId), text[..plainBytes], output[TextAt..total]);
            return Base64Url.EncodeToString(output[..total]);
        }
        finally
        {
            Return(rentedPlain);
            Return(rentedOutput);
        }
    }

    public static string Open(DataKey key, long eventId, string sealedText)
    {
        var most = Base64Url.GetMaxDecodedLength(sealedText.Length);
        byte[]? rentedInput = null, rentedPlain = null;
        var input = most <= StackBytes ? stackalloc byte[StackBytes] : rentedInput = ArrayPool<byte>.Shared.Rent(most);
        var plain = most <= StackBytes ? stackalloc byte[StackBytes] : rentedPlain = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var decoded = Base64Url.DecodeFromChars(sealedText, input, out var consumed, out var total);
            if (decoded != OperationStatus.Done || consumed != sealedText.Length || total < TextAt + Aead.TagBytes || input[0] != Format)
                throw new SealBrokenException("The text is no sealed text.", null);
            if (BinaryPrimitives.ReadUInt32BigEndian(input[1..]) != key.Id)
                throw new SealBrokenException("The text was sealed with another subject's key.", null);
            var length = total - TextAt - Aead.TagBytes;
            Span<byte> associated = stackalloc byte[StackBytes];
            return Aead.Fastest.TryOpen(
                key.Bytes, input.Slice(NonceAt, Aead.NonceBytes), Associated(associated, key, eventId), input[TextAt..total], plain[..length])
                ? Utf8.GetString(plain[..length])
                : throw new SealBrokenException($"The text was altered, or sealed for another event than {eventId}.", null);
        }
        finally
        {
            Return(rentedInput);
            Return(rentedPlain);
        }
    }

    private static ReadOnlySpan<byte> Associated(Span<byte> buffer, DataKey key, long eventId)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer, eventId);
        key.Subject.CopyTo(buffer[8..]);
        return buffer[..(8 + key.Subject.Length)];
    }

    private static void Return(byte[]? rented)
    {
        // What was rented may hold plain text.
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
    }
}
