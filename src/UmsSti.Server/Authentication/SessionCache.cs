using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace UmsSti.Server.Authentication;

/// <summary>SHA-256 of a token, as a key.</summary>
[InlineArray(4)]
public struct TokenKey : IEquatable<TokenKey>
{
    private ulong first;

    public static TokenKey Of(ReadOnlySpan<byte> hash) => MemoryMarshal.Read<TokenKey>(hash);

    public readonly byte[] ToBytes() => MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)this).ToArray();

    public readonly bool Equals(TokenKey other) => ((ReadOnlySpan<ulong>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is TokenKey other && Equals(other);

    // The bits of a SHA-256 are spread evenly already.
    public override readonly int GetHashCode() => (int)this[0];
}

/// <summary>
/// Sessions that were looked up lately, by token. A revoked session is never answered from here: revoking moves the generation on,
/// and what was read from the vault before that is not put in.
/// </summary>
public sealed class SessionCache
{
    /// <summary>Sessions remembered at once; when full it starts over, which costs one look into the vault a session.</summary>
    private const int MaxSessions = 100_000;

    private readonly ConcurrentDictionary<TokenKey, Entry> entries = new();
    private readonly Lock gate = new();
    private long generation;

    /// <summary>Take this before looking into the vault, and hand it to <see cref="Put"/>.</summary>
    public long Generation => Volatile.Read(ref generation);

    public Entry? Find(TokenKey token) => entries.GetValueOrDefault(token);

    /// <summary>Remembers a session unless something was revoked since the generation was taken.</summary>
    public void Put(TokenKey token, Entry entry, long seen)
    {
        lock (gate)
        {
            if (seen != generation)
            {
                return;
            }

            if (entries.Count >= MaxSessions)
            {
                entries.Clear();
            }

            entries[token] = entry;
        }
    }

    /// <summary>Forgets a session; call after it was taken out of the vault.</summary>
    public void Forget(string sessionId)
    {
        lock (gate)
        {
            generation++;
            foreach (var (token, entry) in entries)
            {
                if (entry.Caller.SessionId == sessionId)
                {
                    entries.TryRemove(token, out _);
                }
            }
        }
    }

    /// <summary>A session, and the head of the domain log at which its user was last seen active.</summary>
    public sealed class Entry(Caller caller, long activeAtHead)
    {
        private long activeAtHead = activeAtHead;

        public Caller Caller { get; } = caller;

        /// <summary>While the log has not moved, nobody's state has changed.</summary>
        public long ActiveAtHead
        {
            get => Volatile.Read(ref activeAtHead);
            set => Volatile.Write(ref activeAtHead, value);
        }
    }
}
