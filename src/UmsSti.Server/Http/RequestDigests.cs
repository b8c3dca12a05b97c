using System.Security.Cryptography;
using System.Text;
using UmsSti.Kernel;

namespace UmsSti.Server.Http;

/// <summary>
/// Tells one request from another under one idempotency key. The digest is kept in the log for days and a body may hold a
/// password, so it is keyed with the vault's pepper: without the vault nothing can be guessed from it.
/// </summary>
public sealed class RequestDigests(IBlindIndex index)
{
    /// <summary>Digest over method, path with query, and body; 32 bytes.</summary>
    public byte[] Of(HttpContext http, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var request = http.Request;
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path.Value}{request.QueryString.Value}\n"));
        hash.AppendData(body);
        return Convert.FromHexString(index.Compute(Convert.ToHexStringLower(hash.GetHashAndReset())));
    }
}
