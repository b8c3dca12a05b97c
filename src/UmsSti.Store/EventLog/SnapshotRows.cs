using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using UmsSti.Kernel;

namespace UmsSti.Store.EventLog;

/// <summary>The checksum that tells a whole snapshot from a damaged one.</summary>
internal static class SnapshotRows
{
    public static byte[] Checksum(Snapshot snapshot)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> version = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(version, snapshot.Version);
        hash.AppendData(version);
        hash.AppendData(Encoding.UTF8.GetBytes(snapshot.Fingerprint));
        hash.AppendData([0]);
        hash.AppendData(snapshot.Data.Span);
        return hash.GetHashAndReset();
    }
}
