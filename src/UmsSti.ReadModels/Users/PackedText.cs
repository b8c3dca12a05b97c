using System.Buffers.Binary;
using System.Text;

namespace UmsSti.ReadModels.Users;

/// <summary>Short texts many rows have in common, each with a number. Never for what a person said of himself. Bounded.</summary>
internal sealed class PackedWords
{
    /// <summary>Words that get a number; later ones are written out.</summary>
    private const int MostWords = 8_192;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];

    /// <summary>The number of a word; -1 when it has none.</summary>
    public int NumberOf(string word)
    {
        if (_numbers.TryGetValue(word, out var number))
            return number;
        if (_words.Count == MostWords)
            return -1;
        _numbers.Add(word, _words.Count);
        _words.Add(word);
        return _words.Count - 1;
    }

    public string this[int number] => _words[number];
}

/// <summary>Writes values one after the other. The span must have room for them.</summary>
internal ref struct PackedWriter(Span<byte> into, PackedWords words)
{
    private readonly Span<byte> _into = into;
    private int _at;

    public readonly int Length => _at;

    /// <summary>Bytes a text may take at most.</summary>
    public static int MostBytes(string? text) => 10 + 3 * (text?.Length ?? 0);

    /// <summary>Small numbers take few bytes, seven bits each.</summary>
    public void Number(long value)
    {
        var rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
            _into[_at++] = (byte)(rest | 0x80);
        _into[_at++] = (byte)rest;
    }

    public void Time(DateTimeOffset? time)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_into[_at..], time?.ToUnixTimeMilliseconds() ?? long.MinValue);
        _at += sizeof(long);
    }

    /// <summary>A text that stands in many rows.</summary>
    public void Word(string? word)
    {
        if (word is not null && words.NumberOf(word) is var number and >= 0)
            Number(number * 2L + 1);
        else
            Text(word);
    }

    public void Text(string? text)
    {
        if (text is null)
        {
            Number(0);
            return;
        }
        var bytes = Encoding.UTF8.GetByteCount(text);
        Number((bytes + 1) * 2L);
        _at += Encoding.UTF8.GetBytes(text, _into[_at..]);
    }
}

/// <summary>Reads what <see cref="PackedWriter"/> wrote, in the same order.</summary>
internal ref struct PackedReader(ReadOnlySpan<byte> packed, PackedWords words)
{
    private readonly ReadOnlySpan<byte> _packed = packed;
    private int _at;

    public long Number()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = _packed[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return (long)value;
        }
    }

    public DateTimeOffset? Time()
    {
        var milliseconds = BinaryPrimitives.ReadInt64LittleEndian(_packed[_at..]);
        _at += sizeof(long);
        return milliseconds == long.MinValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }

    public string? Text()
    {
        var head = Number();
        if (head == 0)
            return null;
        if ((head & 1) == 1)
            return words[(int)(head >> 1)];
        var bytes = (int)(head >> 1) - 1;
        var text = Encoding.UTF8.GetString(_packed.Slice(_at, bytes));
        _at += bytes;
        return text;
    }
}
