using System.Text;
using UmsSti.Application;
using UmsSti.Kernel;

namespace UmsSti.Benchmarks.House;

/// <summary>Appends through the port, as the door does: encode (seal) on the caller's side, expected version, remembered command.</summary>
internal static class Port
{
    private static readonly byte[] Fingerprint = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <summary>Keys asked for at once: as many as the vault puts into one commit.</summary>
    private const int KeysAtOnce = 1_024;

    /// <summary>Makes the data keys of people 0 to <paramref name="count"/>, many at a time.</summary>
    public static Task EnsureKeys(Logs logs, int count, CancellationToken ct) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = KeysAtOnce, CancellationToken = ct },
            async (number, token) => await logs.Vault.Ensure(Person.Id(number), token));

    /// <summary>Appends one change of a person at an expected version; with a remembered command unless told otherwise.</summary>
    public static async Task Change(Logs logs, int person, long version, bool remembered, CancellationToken ct)
    {
        var stream = Person.Stream(person);
        var request = Person.Context(person, (int)version);
        var data = logs.Users.Encode(new StreamContext<EncodeContext>(stream, request), Person.Changed(person, version));
        var command = remembered ? Remember(person, version, request) : null;
        Expect(await logs.Log.Append(new AppendRequest([new StreamAppend(stream, version, [data])], command), ct));
    }

    /// <summary>
    /// Appends one request after the other, as a bulk loader does: the next one is made (encoded) while the last is being written, and sent
    /// when that is durable.
    /// </summary>
    public static async Task Bulk(Logs logs, IEnumerable<AppendRequest> requests, CancellationToken ct)
    {
        var written = Task.FromResult(AppendResult.NewAppended(0, 0));
        foreach (var next in requests)
        {
            Expect(await written);
            written = logs.Log.Append(next, ct);
        }

        Expect(await written);
    }

    /// <summary>Fails the benchmark unless the append was taken.</summary>
    public static void Expect(AppendResult result)
    {
        if (!result.IsAppended)
            throw new InvalidOperationException($"An append was refused: {result}.");
    }

    private static RememberedCommand Remember(int person, long version, EncodeContext request) => new(
        request.Envelope.Actor + "/" + request.CommandId,
        Fingerprint,
        Encoding.UTF8.GetBytes($"{version + 1}={Person.Id(person)}"),
        request.Envelope.Now,
        0);
}
