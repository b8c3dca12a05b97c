using System.Buffers.Binary;
using System.Security.Cryptography;

namespace UmsSti.Store.Vaults;

/// <summary>
/// Nonces that never repeat under any key: 8 random bytes chosen at the start of the process (and again after 2^32 nonces), then a
/// 4-byte counter. Two processes would have to draw the same 64 bits; after 2^20 restarts the chance is below 2^-24.
/// </summary>
internal sealed class NonceSource
{
    private Series _series = new();

    public void Next(Span<byte> nonce)
    {
        while (true)
        {
            var series = Volatile.Read(ref _series);
            var number = Interlocked.Increment(ref series.Used) - 1;
            if (number <= uint.MaxValue)
            {
                BinaryPrimitives.WriteUInt64BigEndian(nonce, series.Prefix);
                BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], (uint)number);
                return;
            }

            Interlocked.CompareExchange(ref _series, new Series(), series);
        }
    }

    /// <summary>Uses up the current series, so that a test meets the next one.</summary>
    internal void UseUp() => Volatile.Write(ref _series.Used, uint.MaxValue);

    private sealed class Series
    {
        public readonly ulong Prefix = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8));
        public long Used;
    }
}
