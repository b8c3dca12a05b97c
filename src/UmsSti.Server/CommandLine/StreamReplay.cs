using System.Text.Json;
using UmsSti.Kernel;
using UmsSti.Server.Http;

namespace UmsSti.Server.CommandLine;

/// <summary>
/// What a stream that is no user's adds up to: how many events of each name, from when to when, and the folded state, or a note that
/// the category has none. Takes one event after the other and keeps none.
/// </summary>
internal sealed class StreamReplay(StreamName stream)
{
    private readonly SortedDictionary<string, long> types = new(StringComparer.Ordinal);
    private RecordedEvent? first;
    private RecordedEvent? last;
    private readonly IStreamFold? fold = StreamFolds.For(stream);

    /// <summary>Whether there was no event.</summary>
    public bool IsEmpty => last is null;

    /// <summary>Folds the next event of the stream; one of a name this program does not know only counts.</summary>
    public void Take(RecordedEvent recorded)
    {
        first ??= recorded;
        last = recorded;
        types[recorded.EventType] = types.GetValueOrDefault(recorded.EventType) + 1;
        fold?.Take(recorded);
    }

    /// <summary>The result, one JSON object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("stream", stream.Value);
        json.WriteNumber("version", last!.Index + 1);
        json.WriteNumber("position", last.Position);
        json.WriteString("firstAt", Times.Text(first!.Timestamp));
        json.WriteString("lastAt", Times.Text(last.Timestamp));
        json.WriteStartObject("events");
        foreach (var (type, count) in types)
        {
            json.WriteNumber(type, count);
        }

        json.WriteEndObject();
        json.WritePropertyName("state");
        if (fold is null)
        {
            json.WriteNullValue();
            json.WriteString("stateNote", $"Events of {stream.Category} streams add up to no state; 'ums dump' shows them.");
        }
        else
        {
            fold.Write(json);
        }

        json.WriteEndObject();
    }
}
