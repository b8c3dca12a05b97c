using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace UmsSti.Store;

/// <summary>What a password check found.</summary>
/// <param name="Ok">The password is the right one.</param>
/// <param name="NeedsRehash">It is right, but its hash was made with other settings than are used now.</param>
public readonly record struct PasswordCheck(bool Ok, bool NeedsRehash);

/// <summary>Settings and limits of password hashing. Memory in use is <see cref="Width"/> times <see cref="MemoryKibibytes"/>.</summary>
public sealed record Argon2Options
{
    /// <summary>Memory of one hash, KiB.</summary>
    public int MemoryKibibytes { get; init; } = 19_456;

    /// <summary>Passes over the memory.</summary>
    public int Passes { get; init; } = 2;

    /// <summary>Hashes made at the same time.</summary>
    public int Width { get; init; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>Hashes that may wait for their turn; one more is refused.</summary>
    public int MaxQueued { get; init; } = 256;

    /// <summary>How long one waits for its turn before it is refused.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Throws <see cref="StoreStartException"/> naming the first setting that cannot be.</summary>
    public void Validate()
    {
        if (MemoryKibibytes is < 8 or > Argon2Passwords.MostMemoryKibibytes)
            throw new StoreStartException($"Setting {nameof(Argon2Options)}.{nameof(MemoryKibibytes)} must be 8 to {Argon2Passwords.MostMemoryKibibytes}.");
        if (Passes is < 1 or > Argon2Passwords.MostPasses)
            throw new StoreStartException($"Setting {nameof(Argon2Options)}.{nameof(Passes)} must be 1 to {Argon2Passwords.MostPasses}.");
        if (Width < 1 || MaxQueued < 1 || MaxWait <= TimeSpan.Zero)
            throw new StoreStartException($"Settings {nameof(Width)}, {nameof(MaxQueued)}, {nameof(MaxWait)} of {nameof(Argon2Options)} must be above zero.");
    }
}

/// <summary>Too many password hashes are waiting; the caller should try again shortly.</summary>
public sealed class HashingBusyException(string message) : Exception(message);

/// <summary>
/// Password hashing by Argon2id (NSec), as PHC strings so that the settings travel with the hash. A bounded number runs at a time,
/// a bounded number waits for a bounded time: a flood of sign-ins cannot take all memory or all threads.
/// </summary>
public sealed class Argon2Passwords
{
    /// <summary>Memory a stored hash may ask for, KiB.</summary>
    internal const int MostMemoryKibibytes = 1_048_576;

    /// <summary>Passes a stored hash may ask for.</summary>
    internal const int MostPasses = 64;

    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    private readonly Argon2Options _options;
    private readonly SemaphoreSlim _turns;
    private readonly Phc _nobody;
    private int _waiting;

    /// <exception cref="StoreStartException">A setting cannot be.</exception>
    public Argon2Passwords(Argon2Options? options = null)
    {
        _options = options ?? new Argon2Options();
        _options.Validate();
        _turns = new SemaphoreSlim(_options.Width);
        _nobody = new Phc(
            _options.MemoryKibibytes, _options.Passes, RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(HashBytes));
    }

    /// <summary>Hashes a password with a new salt. Throws <see cref="HashingBusyException"/>.</summary>
    public Task<string> Hash(string password, CancellationToken ct) => InTurn(
        () =>
        {
            var salt = RandomNumberGenerator.GetBytes(SaltBytes);
            return new Phc(_options.MemoryKibibytes, _options.Passes, salt, Derive(password, _options.MemoryKibibytes, _options.Passes, salt, HashBytes))
                .ToString();
        },
        ct);

    /// <summary>
    /// Checks a password against a stored hash. Throws <see cref="HashingBusyException"/>, and <see cref="FormatException"/> when the
    /// stored text is no Argon2id hash.
    /// </summary>
    public Task<PasswordCheck> Verify(string password, string phc, CancellationToken ct)
    {
        var stored = Phc.Parse(phc);
        var outdated = stored.MemoryKibibytes != _options.MemoryKibibytes || stored.Passes != _options.Passes || stored.Hash.Length != HashBytes;
        return InTurn(() => Matches(password, stored) ? new PasswordCheck(true, outdated) : default, ct);
    }

    /// <summary>The same work for an account that does not exist, so that the answer's time does not tell. Always wrong.</summary>
    public Task<PasswordCheck> VerifyUnknown(string password, CancellationToken ct) => InTurn(
        () =>
        {
            Matches(password, _nobody);
            return new PasswordCheck(Ok: false, NeedsRehash: false);
        },
        ct);

    private static bool Matches(string password, Phc stored) => CryptographicOperations.FixedTimeEquals(
        Derive(password, stored.MemoryKibibytes, stored.Passes, stored.Salt, stored.Hash.Length), stored.Hash);

    private static byte[] Derive(string password, int memoryKibibytes, int passes, byte[] salt, int length)
    {
        var started = Stopwatch.GetTimestamp();
        var parameters = new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memoryKibibytes, NumberOfPasses = passes };
        var hash = PasswordBasedKeyDerivationAlgorithm.Argon2id(parameters).DeriveBytes(Encoding.UTF8.GetBytes(password), salt, length);
        StoreMeter.PasswordHashDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return hash;
    }

    private async Task<T> InTurn<T>(Func<T> work, CancellationToken ct)
    {
        if (!_turns.Wait(0, CancellationToken.None))
            await WaitForTurn(ct).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, ct).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task WaitForTurn(CancellationToken ct)
    {
        if (Interlocked.Increment(ref _waiting) > _options.MaxQueued)
        {
            Interlocked.Decrement(ref _waiting);
            throw new HashingBusyException($"{_options.MaxQueued} passwords are waiting to be hashed.");
        }

        try
        {
            if (!await _turns.WaitAsync(_options.MaxWait, ct).ConfigureAwait(false))
                throw new HashingBusyException($"No turn to hash a password within {_options.MaxWait.TotalSeconds:0.#} s.");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>A hash with its settings: <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>, base64 without padding.</summary>
    private sealed record Phc(int MemoryKibibytes, int Passes, byte[] Salt, byte[] Hash)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"$argon2id$v=19$m={MemoryKibibytes},t={Passes},p=1${Encode(Salt)}${Encode(Hash)}");

        public static Phc Parse(string text)
        {
            var parts = text.Split('$');
            if (parts is not ["", "argon2id", "v=19", var settings, var salt, var hash])
                throw new FormatException("The stored text is no Argon2id hash.");
            var values = settings.Split(',');
            if (values.Length != 3 || values[2] != "p=1")
                throw new FormatException("The stored hash has settings that are not supported.");
            var phc = new Phc(Number(values[0], "m=", MostMemoryKibibytes), Number(values[1], "t=", MostPasses), Decode(salt), Decode(hash));
            return phc.Salt.Length == SaltBytes && phc.Hash.Length is >= 16 and <= 64
                ? phc
                : throw new FormatException("The stored hash has a salt or hash of another length.");
        }

        private static int Number(string text, string name, int most) =>
            text.StartsWith(name, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= most
                ? number
                : throw new FormatException($"The stored hash has no usable {name}");

        private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

        private static byte[] Decode(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }
}
