using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace CallCluster.Sip.Tls;

/// <summary>What one version of the files gives for handshakes.</summary>
/// <param name="Certificate">Ours, with its key.</param>
/// <param name="Context">Ours with its chain.</param>
/// <param name="Authorities">Whom we trust; null means whom the machine trusts.</param>
internal sealed record TlsIdentity(X509Certificate2 Certificate, SslStreamCertificateContext Context, X509Certificate2Collection? Authorities)
{
    internal static TlsIdentity Of(TlsFiles files)
    {
        var certificate = files.Certificate();
        SipMetrics.CertificateValidUntil(certificate.NotAfter);
        // offline: what the chain lacks is not fetched from the addresses that the certificate names.
        return new TlsIdentity(certificate, SslStreamCertificateContext.Create(certificate, files.Chain(), offline: true), files.Authorities());
    }

    /// <summary>How a peer's certificate is traced to an authority.</summary>
    internal X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            TrustMode = Authorities is null ? X509ChainTrustMode.System : X509ChainTrustMode.CustomRootTrust,
        };
        if (Authorities is not null)
            policy.CustomTrustStore.AddRange(Authorities);
        return policy;
    }
}
