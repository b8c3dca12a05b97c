using UmsSti.Application;
using UmsSti.Benchmarks.Harness;
using UmsSti.Kernel;

namespace UmsSti.Benchmarks.House;

/// <summary>Fills a log with people, in bulk, so that the events of one person lie far apart as they would after some months.</summary>
internal static class Seed
{
    private const int PerAppend = 1_000;

    /// <summary>Gives <paramref name="people"/> people <see cref="Person.EventsEach"/> events each.</summary>
    public static async Task People(Logs logs, int people, CancellationToken ct)
    {
        Run.Say($"seeding {people:N0} people with {Person.EventsEach} events each");
        await Port.EnsureKeys(logs, people, ct);
        await Port.Bulk(logs, Slices(people).Select(slice => Addresses(logs, slice.From, slice.Count)), ct);
        for (var index = 0; index < Person.OwnEvents; index++)
            await Port.Bulk(logs, Slices(people).Select(slice => Round(logs, slice.From, slice.Count, index)), ct);
    }

    /// <summary>One event, that of the index, on the stream of each of some people.</summary>
    public static AppendRequest Round(Logs logs, int from, int count, int index)
    {
        var appends = new StreamAppend[count];
        for (var i = 0; i < count; i++)
        {
            var stream = Person.Stream(from + i);
            var context = new StreamContext<EncodeContext>(stream, Person.Context(from + i, index));
            appends[i] = new StreamAppend(stream, index, [logs.Users.Encode(context, Person.Own(from + i, index))]);
        }

        return new AppendRequest(appends, null);
    }

    private static IEnumerable<(int From, int Count)> Slices(int people)
    {
        for (var from = 0; from < people; from += PerAppend)
            yield return (from, Math.Min(PerAppend, people - from));
    }

    private static AppendRequest Addresses(Logs logs, int from, int count)
    {
        var codec = EmailAddressStream.codec(logs.Sealing) as IEventCodec<Domain.EmailAddress.Events.Event, StreamContext<EncodeContext>>;
        var appends = new StreamAppend[count];
        for (var i = 0; i < count; i++)
        {
            var id = EmailAddressStream.streamId(logs.Vault.Compute(Person.Email(from + i)));
            var stream = StreamName.Create(EmailAddressStream.Category, id);
            var context = new StreamContext<EncodeContext>(stream, Person.Context(from + i, 0));
            appends[i] = new StreamAppend(stream, 0, [codec.Encode(context, Person.ClaimedAddress(from + i))]);
        }

        return new AppendRequest(appends, null);
    }
}
