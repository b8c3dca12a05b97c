using System.Text;

namespace UmsSti.ReadModels.Hierarchy;

/// <summary>A column whose text is often that of the row before: made into a string once as long as it does not change.</summary>
internal sealed class RepeatedText
{
    private byte[] _bytes = [];
    private string _text = "";

    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.SequenceEqual(_bytes))
            (_bytes, _text) = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return _text;
    }
}
