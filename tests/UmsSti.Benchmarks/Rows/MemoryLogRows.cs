using Microsoft.FSharp.Core;
using UmsSti.Application;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Kernel;
using UmsSti.Store;
using Address = UmsSti.Domain.EmailAddress;

namespace UmsSti.Benchmarks.Rows;

/// <summary>
/// Decider.Transact on the memory log, every transact on a fresh stream. Once with our JSON codec and metadata, once with a codec that
/// keeps a ready-made body, as the field's kernel is measured.
/// </summary>
internal sealed class MemoryLogRows : IBenchmark
{
    private const int Callers = 64;

    /// <summary>What the field's kernel did on such a machine (issue 2).</summary>
    private const double Field = 141_000;

    public string Name => "memory-log";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var total = run.Options.Size(500_000, 32_000) / Callers * Callers;
        var json = EmailAddressStream.codec(new Sealing(new NothingPersonal(), new SnowflakeEventIds()));
        await Report(run, "ready-made bodies", new ReadyMade(), total, ct);
        await Report(run, "JSON bodies and metadata", json, total, ct);
    }

    private async Task Report(
        Run run, string bodies, IEventCodec<Address.Events.Event, StreamContext<EncodeContext>> codec, int total, CancellationToken ct)
    {
        var rates = await run.Repeat(_ =>
        {
            var addresses = Addresses(codec);
            return House.Callers.Rate(Callers, total, (caller, i) => Claim(addresses, (caller * total) + i, ct));
        });
        run.Report(new Row
        {
            Benchmark = Name,
            Work = $"Decider.Transact on the memory log, 64 callers, fresh streams, {bodies}",
            Against = "141,000/s of the field's kernel",
            Unit = "transacts/s",
            Target = Target.AtLeast(Field),
            Ours = rates,
            Settings = $"{total:N0} transacts, each on a stream of its own: load, decide, one event; no cache, {bodies}",
        });
    }

    private static Task Claim(Category<Address.Events.Event, Address.Fold.State, EncodeContext> addresses, int number, CancellationToken ct)
    {
        var decider = addresses.Resolve(Person.Context(number, 0)).Invoke(StreamId.Create(Person.Id(number)));
        return decider.Transact(state => state.IsFree ? [Person.ClaimedAddress(number)] : [], ct: ct);
    }

    private static Category<Address.Events.Event, Address.Fold.State, EncodeContext> Addresses(
        IEventCodec<Address.Events.Event, StreamContext<EncodeContext>> codec)
    {
        var log = new VolatileStore();
        return new Category<Address.Events.Event, Address.Fold.State, EncodeContext>(
            EmailAddressStream.Category,
            log,
            codec,
            (state, events) => Address.Fold.fold(state, events),
            Address.Fold.initial,
            AccessStrategy<Address.Fold.State>.Unoptimized,
            CachingStrategy.NoCaching,
            CategoryOptions.For(log));
    }

    /// <summary>Encodes everything as the same bytes.</summary>
    private sealed class ReadyMade : IEventCodec<Address.Events.Event, StreamContext<EncodeContext>>
    {
        private static readonly byte[] Body = [.. "{}"u8];
        private long _lastId;

        public EventData Encode(StreamContext<EncodeContext> context, Address.Events.Event @event) =>
            new(Interlocked.Increment(ref _lastId), "Claimed", 1, Body, Body, context.Request.Envelope.Now);

        public FSharpValueOption<Address.Events.Event> Decode(ITimelineEvent timelineEvent) =>
            FSharpValueOption<Address.Events.Event>.NewValueSome(Person.ClaimedAddress(0));
    }

    /// <summary>Addresses hold ids only; a request to seal would be a mistake.</summary>
    private sealed class NothingPersonal : ISubjectKeys
    {
        public string Seal(string subject, long eventId, string plain) => throw new InvalidOperationException("There is nothing to seal.");

        public string Open(string subject, long eventId, string sealedText) => throw new InvalidOperationException("There is nothing to open.");

        public Task Ensure(string subject, CancellationToken ct) => Task.CompletedTask;

        public Task Destroy(string subject, CancellationToken ct) => Task.CompletedTask;
    }
}
