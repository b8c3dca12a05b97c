using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace UmsSti.Store.Vaults;

/// <summary>AES-256-GCM with a 12-byte nonce and a 16-byte tag after the ciphertext. Any implementation opens what another sealed.</summary>
internal abstract class Aead
{
    public const int KeyBytes = 32;
    public const int NonceBytes = 12;
    public const int TagBytes = 16;

    /// <summary>libsodium's where the CPU has AES instructions (five times faster), else the base library's.</summary>
    public static Aead Fastest { get; } = Aes256Gcm.IsSupported ? new SodiumAead() : new BaseLibraryAead();

    /// <summary>Seals; <paramref name="output"/> is as long as the text and the tag.</summary>
    public abstract void Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain, Span<byte> output);

    /// <summary>Opens; false when key, nonce, associated data or text are not those of the sealing.</summary>
    public abstract bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedText, Span<byte> output);
}

/// <summary>The base library's AES-GCM.</summary>
internal sealed class BaseLibraryAead : Aead
{
    public override void Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain, Span<byte> output)
    {
        using var gcm = new AesGcm(key, TagBytes);
        gcm.Encrypt(nonce, plain, output[..plain.Length], output.Slice(plain.Length, TagBytes), associated);
    }

    public override bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedText, Span<byte> output)
    {
        using var gcm = new AesGcm(key, TagBytes);
        try
        {
            gcm.Decrypt(nonce, sealedText[..^TagBytes], sealedText[^TagBytes..], output, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}

/// <summary>
/// libsodium's AES-256-GCM, called directly: NSec keeps every key in guarded memory pages of its own, which is right for one master
/// key and impossible for a hundred thousand data keys (a process may have 65,530 mappings).
/// </summary>
internal sealed partial class SodiumAead : Aead
{
    public override void Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain, Span<byte> output)
    {
        Guard(key, nonce, output.Length - TagBytes, plain.Length);
        var result = Encrypt(
            ref MemoryMarshal.GetReference(output), out _, in MemoryMarshal.GetReference(plain), (ulong)plain.Length,
            in MemoryMarshal.GetReference(associated), (ulong)associated.Length, IntPtr.Zero,
            in MemoryMarshal.GetReference(nonce), in MemoryMarshal.GetReference(key));
        if (result != 0)
            throw new CryptographicException("libsodium could not seal.");
    }

    public override bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedText, Span<byte> output)
    {
        Guard(key, nonce, output.Length, sealedText.Length - TagBytes);
        return Decrypt(
            ref MemoryMarshal.GetReference(output), out _, IntPtr.Zero, in MemoryMarshal.GetReference(sealedText), (ulong)sealedText.Length,
            in MemoryMarshal.GetReference(associated), (ulong)associated.Length,
            in MemoryMarshal.GetReference(nonce), in MemoryMarshal.GetReference(key)) == 0;
    }

    private static void Guard(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, int room, int needed)
    {
        if (key.Length != KeyBytes || nonce.Length != NonceBytes || room != needed || needed < 0)
            throw new ArgumentException("Key, nonce or output have the wrong length.");
    }

    [LibraryImport("libsodium", EntryPoint = "crypto_aead_aes256gcm_encrypt")]
    private static partial int Encrypt(
        ref byte output, out ulong outputLength, in byte plain, ulong plainLength, in byte associated, ulong associatedLength,
        IntPtr unused, in byte nonce, in byte key);

    [LibraryImport("libsodium", EntryPoint = "crypto_aead_aes256gcm_decrypt")]
    private static partial int Decrypt(
        ref byte output, out ulong outputLength, IntPtr unused, in byte sealedText, ulong sealedLength, in byte associated,
        ulong associatedLength, in byte nonce, in byte key);
}
