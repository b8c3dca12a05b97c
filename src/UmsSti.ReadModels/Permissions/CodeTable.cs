using System.Text;

namespace UmsSti.ReadModels.Permissions;

/// <summary>A few names and their numbers; found by their bytes as they lie in a row.</summary>
internal sealed class CodeTable
{
    private readonly byte[][] _names;

    public CodeTable(IReadOnlyList<string> names)
    {
        if (names.Count >= RightsVocabulary.Unknown)
            throw new ArgumentException($"There may be at most {RightsVocabulary.Unknown - 1} names.", nameof(names));
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count)
            throw new ArgumentException("A name is given twice.", nameof(names));
        _names = [.. names.Select(Encoding.UTF8.GetBytes)];
    }

    public byte CodeOf(string name) => CodeOf(Encoding.UTF8.GetBytes(name));

    public byte CodeOf(ReadOnlySpan<byte> name)
    {
        for (var code = 0; code < _names.Length; code++)
            if (name.SequenceEqual(_names[code]))
                return (byte)code;
        return RightsVocabulary.Unknown;
    }
}
