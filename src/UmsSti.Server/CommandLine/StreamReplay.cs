using System.Text.Json;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using UmsSti.Server.Http;

namespace UmsSti.Server.CommandLine;

/// <summary>
/// What a stream that is no user's adds up to: how many events of each name, from when to when, and the folded state where
/// the category has one. Takes one event after the other and keeps none.
/// </summary>
internal sealed class StreamReplay(StreamName stream)
{
    private readonly SortedDictionary<string, long> types = new(StringComparer.Ordinal);
    private RecordedEvent? first;
    private RecordedEvent? last;
    private EmailAddress.Fold.State address = EmailAddress.Fold.initial;
    private Access.Fold.State access = Access.Fold.initial;

    /// <summary>Whether there was no event.</summary>
    public bool IsEmpty => last is null;

    /// <summary>Folds the next event of the stream; one of a name this program does not know only counts.</summary>
    public void Take(RecordedEvent recorded)
    {
        first ??= recorded;
        last = recorded;
        types[recorded.EventType] = types.GetValueOrDefault(recorded.EventType) + 1;
        if (stream.IsIn(EmailAddressStream.Category) && SealedEvents.Addresses.Decode(recorded) is { IsSome: true } change)
        {
            address = EmailAddress.Fold.evolve(address, change.Value);
        }
        else if (stream.IsIn(AccessStream.Category) && SealedEvents.Activity.Decode(recorded) is { IsSome: true } session)
        {
            access = Access.Fold.evolve(access, session.Value);
        }
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
        WriteState(json);
        json.WriteEndObject();
    }

    private void WriteState(Utf8JsonWriter json)
    {
        if (stream.IsIn(EmailAddressStream.Category))
        {
            json.WriteStartObject();
            json.WriteString("holder", EmailAddress.Queries.holder(address)?.Value);
            json.WriteEndObject();
        }
        else if (stream.IsIn(AccessStream.Category))
        {
            WriteSessions(json);
        }
        else
        {
            json.WriteNullValue(); // facts that add up to nothing
        }
    }

    private void WriteSessions(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("lastLoginAt", access.LastLoginAt is { Value: var at } ? Times.Text(at) : null);
        json.WriteStartArray("sessions");
        foreach (var (id, session) in access.Sessions)
        {
            json.WriteStartObject();
            json.WriteString("sessionId", id);
            json.WriteString("method", session.Method);
            json.WriteString("startedAt", Times.Text(session.StartedAt));
            json.WriteString("expiresAt", Times.Text(session.ExpiresAt));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
