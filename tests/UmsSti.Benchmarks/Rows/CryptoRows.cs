using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using UmsSti.Application;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Kernel;
using UmsSti.Store;

namespace UmsSti.Benchmarks.Rows;

/// <summary>What sealing, opening and password hashing cost, one after the other on one thread.</summary>
internal sealed class CryptoRows : IBenchmark
{
    private const string Text = "Person number 4711, who has changed this text 7 times.";

    public string Name => "crypto";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var count = run.Options.Size(500_000, 20_000);
        await using var logs = Logs.Open(run.NewFolder(Name));
        await Port.EnsureKeys(logs, 1, ct);
        var subject = Person.Id(0);
        var sealedText = logs.Vault.Seal(subject, 1, Text);
        var settings = $"{count:N0} texts of {Text.Length} characters under one cached key";

        var (seal, bare) = await run.Alternate(
            _ => Task.FromResult(MicrosecondsEach(count, i => logs.Vault.Seal(subject, i, Text))),
            _ => Task.FromResult(BareAesGcm(count)));
        run.Report(Row("seal one value", "BCL AesGcm, random nonce, Base64", "us", seal, bare, settings));
        var open = await run.Repeat(_ => Task.FromResult(MicrosecondsEach(count, _ => logs.Vault.Open(subject, 1, sealedText))));
        run.Report(Row("open one value", "", "us", open, [], settings));

        await Encode(run, logs);
        var hashes = run.Options.Size(20, 3);
        var passwords = new Argon2Passwords();
        var argon = new Argon2Options();
        var hash = await run.Repeat(async _ =>
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < hashes; i++)
                await passwords.Hash("Measured-Twice-0nce!", ct);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds / hashes;
        });
        run.Report(Row("hash one password (Argon2id)", "", "ms", hash, [], $"{hashes} hashes, m={argon.MemoryKibibytes} KiB, t={argon.Passes}, p=1"));
    }

    /// <summary>What the codec does to one event before the log gets it: id, metadata, JSON body, one sealed value; and its inverse.</summary>
    private async Task Encode(Run run, Logs logs)
    {
        var count = run.Options.Size(500_000, 20_000);
        var stream = Person.Stream(0);
        var context = new StreamContext<EncodeContext>(stream, Person.Context(0, 1));
        var changed = Person.Changed(0, 1);
        var encode = await run.Repeat(_ => Task.FromResult(MicrosecondsEach(count, _ => logs.Users.Encode(context, changed))));
        var data = logs.Users.Encode(context, changed);
        var stored = new RecordedEvent(1, stream, 0, data.EventId, data.EventType, data.SchemaVersion, data.Data, data.Meta, 0, default);
        var decode = await run.Repeat(_ => Task.FromResult(MicrosecondsEach(count, _ => logs.Users.Decode(stored))));
        var settings = $"{count:N0} times the change of a profile, one sealed value, {data.Data.Length} bytes of body and {data.Meta.Length} of metadata";
        run.Report(Row("encode one event", "", "us", encode, [], settings));
        run.Report(Row("decode one event", "", "us", decode, [], settings));
    }

    private Row Row(string work, string against, string unit, double[] ours, double[] baseline, string settings) => new()
    {
        Benchmark = Name,
        Work = work,
        Against = against,
        Unit = unit,
        Target = Target.None,
        Ours = ours,
        Baseline = baseline,
        Settings = settings,
    };

    private static double MicrosecondsEach(int count, Action<long> work)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
            work(i);
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / count;
    }

    private static double BareAesGcm(int count)
    {
        using var aes = new AesGcm(RandomNumberGenerator.GetBytes(32), 16);
        return MicrosecondsEach(count, _ =>
        {
            var plain = Encoding.UTF8.GetBytes(Text);
            var bytes = new byte[12 + 16 + plain.Length];
            RandomNumberGenerator.Fill(bytes.AsSpan(0, 12));
            aes.Encrypt(bytes.AsSpan(0, 12), plain, bytes.AsSpan(28), bytes.AsSpan(12, 16));
            GC.KeepAlive(Convert.ToBase64String(bytes));
        });
    }
}
