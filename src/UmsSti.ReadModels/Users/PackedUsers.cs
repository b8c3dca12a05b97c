using System.Diagnostics.CodeAnalysis;

namespace UmsSti.ReadModels.Users;

/// <summary>
/// Rows of a generation that is being built, while they wait for more events and for being written. Each is one array of bytes: a
/// third of what a draft takes, and nothing in it that the collector would have to follow.
/// </summary>
internal sealed class PackedUsers
{
    /// <summary>What a row takes beside its bytes: the text of its id, the place in the table, the array's own.</summary>
    private const int BytesBeside = 160;

    private readonly Dictionary<string, byte[]> _rows = new(StringComparer.Ordinal);
    private readonly HashSet<long> _released = [];
    private readonly PackedWords _words = new();
    private byte[] _buffer = new byte[4_096];

    public int Count => _rows.Count;

    /// <summary>Memory of all rows, bytes, roughly.</summary>
    public long Bytes { get; private set; }

    /// <summary>Keys of rows in the tables whose address is not that of the person any more, and who is still waiting.</summary>
    public IReadOnlyCollection<long> Released => _released;

    /// <summary>Takes over a draft as it is now.</summary>
    public void Put(UserDraft draft)
    {
        if (draft.StoredEmailKey is not null && draft.StoredEmailKey != draft.EmailKey)
            _released.Add(draft.Key);
        var most = PackedUser.MostBytes(draft);
        if (_buffer.Length < most)
            _buffer = new byte[most];
        var packed = _buffer.AsSpan(0, PackedUser.Write(_buffer, draft, _words));
        if (!_rows.TryGetValue(draft.Id, out var place) || place.Length < packed.Length)
        {
            Bytes += PackedUser.Room(packed.Length) - (place?.Length ?? -BytesBeside);
            _rows[draft.Id] = place = new byte[PackedUser.Room(packed.Length)];
        }
        packed.CopyTo(place);
    }

    /// <summary>The draft of a person; what it becomes is to be put back.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out UserDraft? draft)
    {
        draft = _rows.TryGetValue(id, out var packed) ? PackedUser.Read(id, packed, _words) : null;
        return draft is not null;
    }

    /// <summary>Some of the drafts, in the order of their rows.</summary>
    public UserDraft[] Some(int most)
    {
        var drafts = _rows.Take(most).Select(row => PackedUser.Read(row.Key, row.Value, _words)).ToArray();
        Array.Sort(drafts, static (one, other) => one.Key.CompareTo(other.Key));
        return drafts;
    }

    /// <summary>Lets go of drafts that are written.</summary>
    public void Remove(UserDraft[] written)
    {
        foreach (var draft in written)
        {
            if (_rows.Remove(draft.Id, out var packed))
                Bytes -= packed.Length + BytesBeside;
            _released.Remove(draft.Key); // its row has the new address now
        }
        if (_rows.Count == 0)
            Clear();
    }

    public void Clear()
    {
        _rows.Clear();
        _released.Clear();
        Bytes = 0;
    }
}
