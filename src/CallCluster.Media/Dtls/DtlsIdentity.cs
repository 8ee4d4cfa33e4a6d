using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace CallCluster.Media.Dtls;

/// <summary>The self-signed certificate of this process and its key (ECDSA P-256). Peers know it by its fingerprint in SDP only (RFC 5763 section 5), so it is made anew at each start.</summary>
internal sealed class DtlsIdentity
{
    private readonly AsymmetricKeyParameter _key;
    private readonly byte[] _certificate;

    public DtlsIdentity(TimeProvider clock)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = clock.GetUtcNow();
        // A name that tells nothing (RFC 8827 section 6.5: certificates must not be of use to track).
        using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=callcluster", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
        _certificate = certificate.RawData;
        _key = PrivateKeyFactory.CreateKey(key.ExportPkcs8PrivateKey());
        Fingerprint = DtlsFingerprint.Of(_certificate);
    }

    public DtlsFingerprint Fingerprint { get; }

    /// <summary>The credentials for one handshake.</summary>
    public TlsCredentialedSigner Sign(TlsContext context, BcTlsCrypto crypto)
    {
        var chain = new Certificate([new BcTlsCertificate(crypto, _certificate)]);
        return new BcDefaultTlsCredentialedSigner(new TlsCryptoParameters(context), crypto, _key, chain, new SignatureAndHashAlgorithm(Org.BouncyCastle.Tls.HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
    }
}
