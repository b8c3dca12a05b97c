using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace UmsSti.Store.EventLog;

/// <summary>
/// hash(n) = SHA-256(hash(n-1) + canonical bytes of event n); hash(0) is 32 zero bytes. The canonical bytes are, numbers
/// big-endian: position (8), version (8), event id (8), time in ms (8), schema version (4), then stream name, event type, data,
/// metadata, each as length (4) and bytes, names in UTF-8. The layout is on disk for good (docs/contracts.md). One thread only.
/// </summary>
internal sealed class HashChain : IDisposable
{
    public const int HashBytes = 32;

    private const int FixedBytes = HashBytes + 8 + 8 + 8 + 8 + 4;
    private const int LengthBytes = 4;

    // Kept: to make one anew for every event costs a third of hashing it.
    private readonly SHA256 _sha256 = SHA256.Create();
    private byte[] _buffer = new byte[4096];

    /// <summary>Computes the next link. <paramref name="previous"/> and <paramref name="hash"/> may be the same bytes.</summary>
    public void Link(
        ReadOnlySpan<byte> previous,
        long position,
        long version,
        long eventId,
        long time,
        int schemaVersion,
        string stream,
        string eventType,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> meta,
        Span<byte> hash)
    {
        var most = FixedBytes + 4 * LengthBytes + Encoding.UTF8.GetMaxByteCount(stream.Length)
            + Encoding.UTF8.GetMaxByteCount(eventType.Length) + data.Length + meta.Length;
        if (_buffer.Length < most)
            _buffer = new byte[Math.Max(most, _buffer.Length * 2)];

        var buffer = _buffer.AsSpan();
        previous.CopyTo(buffer);
        BinaryPrimitives.WriteInt64BigEndian(buffer[HashBytes..], position);
        BinaryPrimitives.WriteInt64BigEndian(buffer[(HashBytes + 8)..], version);
        BinaryPrimitives.WriteInt64BigEndian(buffer[(HashBytes + 16)..], eventId);
        BinaryPrimitives.WriteInt64BigEndian(buffer[(HashBytes + 24)..], time);
        BinaryPrimitives.WriteInt32BigEndian(buffer[(HashBytes + 32)..], schemaVersion);
        var length = FixedBytes;
        length += Text(buffer[length..], stream);
        length += Text(buffer[length..], eventType);
        length += Bytes(buffer[length..], data);
        length += Bytes(buffer[length..], meta);
        if (!_sha256.TryComputeHash(buffer[..length], hash, out _))
            throw new ArgumentException($"A link has {HashBytes} bytes.", nameof(hash));
    }

    public void Dispose() => _sha256.Dispose();

    private static int Text(Span<byte> target, string text)
    {
        var length = Encoding.UTF8.GetBytes(text, target[LengthBytes..]);
        BinaryPrimitives.WriteInt32BigEndian(target, length);
        return LengthBytes + length;
    }

    private static int Bytes(Span<byte> target, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, bytes.Length);
        bytes.CopyTo(target[LengthBytes..]);
        return LengthBytes + bytes.Length;
    }
}
