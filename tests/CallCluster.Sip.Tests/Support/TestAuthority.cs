using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CallCluster.Sip.Tests.Support;

/// <summary>A certificate authority of a test; what it issues is valid for an hour.</summary>
public sealed class TestAuthority : IDisposable
{
    private const string Dns = "dns:";
    private readonly X509Certificate2 _root;
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public TestAuthority(string name = "Test Authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _root = request.CreateSelfSigned(_now.AddHours(-1), _now.AddHours(1));
    }

    /// <summary>Issues as public authorities do now: not for clients.</summary>
    public bool ForServersOnly { get; init; }

    public string RootPem => _root.ExportCertificatePem();

    /// <summary>A certificate and its key as PEM.</summary>
    /// <param name="names">DNS names, IP addresses and sip URIs of its subjectAltName; "dns:" before an address makes a DNS name of it, for peers that know no other kind.</param>
    public (string Certificate, string Key) Issue(params string[] names)
    {
        using var certificate = Certificate(names, out var key);
        using (key)
            return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A certificate without its key.</summary>
    public X509Certificate2 Certificate(params string[] names)
    {
        var certificate = Certificate(names, out var key);
        key.Dispose();
        return certificate;
    }

    public void Dispose() => _root.Dispose();

    private X509Certificate2 Certificate(string[] names, out ECDsa key)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=somebody", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else if (name.StartsWith("sip:", StringComparison.Ordinal))
                alternatives.AddUri(new Uri(name));
            else
                alternatives.AddDnsName(name.StartsWith(Dns, StringComparison.Ordinal) ? name[Dns.Length..] : name);
        }

        if (names.Length > 0)
            request.CertificateExtensions.Add(alternatives.Build());
        if (ForServersOnly)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        return request.Create(_root, _now.AddHours(-1), _now.AddHours(1), RandomNumberGenerator.GetBytes(16));
    }
}
