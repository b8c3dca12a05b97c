using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace UmsSti.Server.Tests.Support;

/// <summary>Makes certificates nobody trusts but who is told to.</summary>
internal static class Certificates
{
    /// <summary>Writes a certificate with its key for a server of this machine, as one PEM file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="host">Null: for 127.0.0.1; otherwise for another host.</param>
    /// <param name="isExpired">Its time was over yesterday.</param>
    public static void Write(string path, string? host = null, bool isExpired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail server under test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (host is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(now.AddDays(-10), isExpired ? now.AddDays(-1) : now.AddDays(10));
        File.WriteAllText(path, made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
