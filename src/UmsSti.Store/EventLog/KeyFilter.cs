using System.Runtime.InteropServices;

namespace UmsSti.Store.EventLog;

/// <summary>
/// Tells that a key is certainly not in a set (a blocked Bloom filter): 16 bits a key, six of them set, all in one cache line. Says
/// "maybe" for about one absent key in 500. Keys are uniformly distributed, so they are their own hash.
/// </summary>
internal sealed class KeyFilter
{
    private const int BitsPerKey = 16;
    private const int WordsPerBlock = 8;
    private const int BitsPerBlock = WordsPerBlock * 64;
    private const int ProbeBits = 9;
    private const int Probes = 6;

    private readonly ulong[] _words;
    private readonly uint _blocks;

    public KeyFilter(int capacity)
    {
        _blocks = (uint)Math.Max(1, (capacity * (long)BitsPerKey + BitsPerBlock - 1) / BitsPerBlock);
        _words = new ulong[_blocks * WordsPerBlock];
    }

    /// <summary>A filter as it was stored; null when the bytes cannot be one.</summary>
    public static KeyFilter? From(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || bytes.Length % (WordsPerBlock * sizeof(ulong)) != 0)
            return null;
        var filter = new KeyFilter(bytes.Length * 8 / BitsPerKey);
        bytes.CopyTo(MemoryMarshal.AsBytes(filter._words.AsSpan()));
        return filter;
    }

    /// <summary>The bytes to store (little-endian words).</summary>
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(_words.AsSpan());

    public void Add(long key)
    {
        var block = Block(key);
        for (var i = 0; i < Probes; i++)
        {
            var bit = (int)(key >> (i * ProbeBits)) & (BitsPerBlock - 1);
            block[bit >> 6] |= 1UL << bit;
        }
    }

    public bool MayContain(long key)
    {
        var block = Block(key);
        for (var i = 0; i < Probes; i++)
        {
            var bit = (int)(key >> (i * ProbeBits)) & (BitsPerBlock - 1);
            if ((block[bit >> 6] & (1UL << bit)) == 0)
                return false;
        }

        return true;
    }

    private Span<ulong> Block(long key) => _words.AsSpan((int)(((ulong)key >> 32) * _blocks >> 32) * WordsPerBlock, WordsPerBlock);
}
