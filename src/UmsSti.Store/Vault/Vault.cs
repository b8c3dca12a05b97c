using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using UmsSti.Kernel;
using UmsSti.Store.Sqlite;
using UmsSti.Store.Vaults;

namespace UmsSti.Store;

/// <summary>
/// <c>vault.db</c>: everything that must be destroyable. Data keys of persons (wrapped by the master key), the pepper of the blind
/// index, password hashes, token hashes. Writes are durable when their task completes, and many at once share one commit (ADR 4).
/// </summary>
public sealed partial class Vault : ISubjectKeys, IBlindIndex, IAsyncDisposable
{
    private readonly VaultOptions _options;
    private readonly TimeProvider _time;
    private readonly MasterKey _master;
    private readonly byte[] _pepper;
    private readonly KeyCache _keys;
    private readonly NonceSource _nonces = new();
    private readonly ReaderPool<VaultReader> _readers;
    private readonly GroupWriter<VaultSession> _writer;
    private readonly ITimer _housekeeping;
    private int _disposed;

    private Vault(string path, VaultSession session, MasterKey master, VaultOptions options, TimeProvider time, ILogger logger)
    {
        Path = path;
        _options = options;
        _time = time;
        _master = master;
        _pepper = session.Unlock();
        _keys = new KeyCache(options.KeyCacheBytes);
        Warnings = [.. Pragmas.Mismatches(session.Database, options.Settings)
            .Select(pragma => $"'{path}': {pragma.Name} is {pragma.Actual}, {pragma.Wanted} was asked for")];
        foreach (var warning in Warnings)
            logger.LogWarning("A setting of the vault did not take effect: {Warning}", warning);
        _readers = new ReaderPool<VaultReader>(() => VaultReader.Open(path, options), options.ReaderConnections, options.MaxQueuedReads);
        _writer = new GroupWriter<VaultSession>(
            session, () => VaultSession.Open(path, master, options, time), options.WriterLimits, (_, _, _) => { }, logger);
        _housekeeping = time.CreateTimer(
            _ => _writer.RequestHousekeeping(), null, options.HousekeepingInterval, options.HousekeepingInterval);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Settings that did not take effect, one line each; empty when all did.</summary>
    public IReadOnlyList<string> Warnings { get; }

    internal VaultOptions Options => _options;

    internal NonceSource Nonces => _nonces;

    internal int CachedKeyCount => _keys.Count;

    /// <summary>Opens the vault of a folder this process owns; creates it, and its key file, when both are not there.</summary>
    /// <exception cref="StoreStartException">The file or the master key cannot be used; one line says why.</exception>
    public static Vault Open(DataFolder folder, VaultOptions options, TimeProvider? time = null, ILogger? logger = null)
    {
        options.Validate();
        time ??= TimeProvider.System;
        var master = MasterKey.Load(folder, options);
        var path = folder.File(DataFolder.VaultFile);
        try
        {
            var session = VaultSession.Open(path, master, options, time);
            try
            {
                return new Vault(path, session, master, options, time, logger ?? NullLogger.Instance);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (SqliteFault fault)
        {
            throw new StoreStartException($"'{path}' cannot be opened ({fault.Message}): check the disk and the rights of this account.", fault);
        }
    }

    /// <inheritdoc />
    public string Seal(string subject, long eventId, string plain) =>
        FindKey(subject) is { Bytes: not null } key
            ? SealedText.Seal(key, _nonces, eventId, plain)
            : throw new SubjectKeyMissingException(subject);

    /// <inheritdoc />
    public string? Open(string subject, long eventId, string sealedText) =>
        FindKey(subject) is { Bytes: not null } key ? SealedText.Open(key, eventId, sealedText) : null;

    /// <inheritdoc />
    public Task Ensure(string subject, CancellationToken ct)
    {
        try
        {
            if (FindKey(subject) is { } key)
            {
                return key.Bytes is null
                    ? Task.FromException(new SubjectKeyMissingException(subject))
                    : Task.CompletedTask;
            }

            return Make(subject, ct);
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    /// <summary>
    /// Destroys the subject's key, passwords and tokens for good, in one transaction, and takes their last copies out of the
    /// write-ahead log. Idempotent.
    /// </summary>
    public async Task Destroy(string subject, CancellationToken ct)
    {
        SubjectKeys.CheckSubject(subject);
        await _writer.Do(
            session =>
            {
                session.DestroySubject(subject);
                return true;
            },
            ct).ConfigureAwait(false);
        _keys.Forget(subject);
        await _writer.RequestHousekeeping().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public string Compute(string normalised)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_pepper, Encoding.UTF8.GetBytes(normalised), hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Writes what is waiting, ends every read and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _housekeeping.DisposeAsync().ConfigureAwait(false);
        await _readers.Close().ConfigureAwait(false);
        await _writer.Close().ConfigureAwait(false);
    }

    /// <summary>Does something with the writer's connection, in its next commit.</summary>
    internal Task OnWriter(Action<VaultSession> action) => _writer.Do(
        session =>
        {
            action(session);
            return true;
        },
        CancellationToken.None);

    private async Task Make(string subject, CancellationToken ct)
    {
        var ticket = _keys.Ticket();
        var key = await _writer.Do(session => session.EnsureKey(subject), ct).ConfigureAwait(false);
        _keys.Add(subject, key, ticket);
        if (key.Bytes is null)
            throw new SubjectKeyMissingException(subject);
    }

    /// <summary>The key from memory or file; null when the subject never had one.</summary>
    private DataKey? FindKey(string subject)
    {
        if (_keys.TryGet(subject, out var cached))
            return cached;
        SubjectKeys.CheckSubject(subject);
        var ticket = _keys.Ticket();
        var key = _readers.ReadNow((subject, _master), static (reader, q, _) => reader.FindKey(q.subject, q._master));
        if (key is not null)
            _keys.Add(subject, key, ticket);
        return key;
    }
}
