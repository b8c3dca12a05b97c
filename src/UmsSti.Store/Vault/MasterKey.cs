using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace UmsSti.Store.Vaults;

/// <summary>
/// The key that wraps all others. Wrapped bytes: format (1), nonce (12), ciphertext, tag (16); the purpose is associated data, so
/// that no wrapped key can take another one's place.
/// </summary>
internal sealed class MasterKey
{
    public const string FileName = "vault.key";

    private const byte Format = 1;
    private const int HeaderBytes = 1 + Aead.NonceBytes;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Pinned, so that no copy stays behind when memory is compacted.
    private readonly byte[] _key = GC.AllocateUninitializedArray<byte>(Aead.KeyBytes, pinned: true);

    private MasterKey(ReadOnlySpan<byte> key) => key.CopyTo(_key);

    /// <summary>Takes the configured key, or the one in the key file; creates that file for a vault that does not exist yet.</summary>
    public static MasterKey Load(DataFolder folder, VaultOptions options)
    {
        if (options.MasterKey is { } configured)
            return Parse(configured, "The configured master key");
        var path = folder.File(FileName);
        try
        {
            if (File.Exists(path))
                return Read(path);
            if (File.Exists(folder.File(DataFolder.VaultFile)))
            {
                throw new StoreStartException(
                    $"'{path}' is missing, and without it nothing in '{folder.File(DataFolder.VaultFile)}' can be opened: put the key file back from its backup.");
            }

            return Create(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreStartException($"'{path}' cannot be used: give this account the right to read it.", e);
        }
        catch (IOException e)
        {
            throw new StoreStartException($"'{path}' cannot be used ({e.Message.ReplaceLineEndings(" ")}): check the disk.", e);
        }
    }

    public byte[] Wrap(string purpose, long number, ReadOnlySpan<byte> secret)
    {
        var wrapped = new byte[HeaderBytes + secret.Length + Aead.TagBytes];
        wrapped[0] = Format;
        var nonce = wrapped.AsSpan(1, Aead.NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        Aead.Fastest.Seal(_key, nonce, Associated(purpose, number), secret, wrapped.AsSpan(HeaderBytes));
        return wrapped;
    }

    /// <summary>The secret, or null when this master key did not wrap it for this purpose.</summary>
    public byte[]? Unwrap(string purpose, long number, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length < HeaderBytes + Aead.TagBytes || wrapped[0] != Format)
            return null;
        var secret = new byte[wrapped.Length - HeaderBytes - Aead.TagBytes];
        return Aead.Fastest.TryOpen(_key, wrapped.Slice(1, Aead.NonceBytes), Associated(purpose, number), wrapped[HeaderBytes..], secret)
            ? secret
            : null;
    }

    private static byte[] Associated(string purpose, long number)
    {
        var associated = new byte[8 + Encoding.UTF8.GetByteCount(purpose)];
        BinaryPrimitives.WriteInt64BigEndian(associated, number);
        Encoding.UTF8.GetBytes(purpose, associated.AsSpan(8));
        return associated;
    }

    private static MasterKey Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerFile) != 0)
            throw new StoreStartException($"'{path}' can be read by others: chmod 600 it.");
        return Parse(File.ReadAllText(path).Trim(), $"'{path}'");
    }

    private static MasterKey Create(string path)
    {
        var key = RandomNumberGenerator.GetBytes(Aead.KeyBytes);
        var access = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            access.UnixCreateMode = OwnerFile;
        using (var file = new FileStream(path, access))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));
            file.Flush(flushToDisk: true);
        }

        return new MasterKey(key);
    }

    private static MasterKey Parse(string text, string name)
    {
        Span<byte> key = stackalloc byte[Aead.KeyBytes];
        return Convert.TryFromBase64String(text, key, out var length) && length == Aead.KeyBytes
            ? new MasterKey(key)
            : throw new StoreStartException($"{name} is not base64 of {Aead.KeyBytes} bytes: put the right key there.");
    }
}
