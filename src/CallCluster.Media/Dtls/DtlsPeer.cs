using CallCluster.Media.Srtp;
using Org.BouncyCastle.Tls;

namespace CallCluster.Media.Dtls;

/// <summary>What both roles of one handshake have in common: who the peer must be, how long it may take, and what comes of it.</summary>
internal sealed class DtlsPeer(IReadOnlyList<DtlsFingerprint> fingerprints)
{
    /// <summary>First retransmission; RFC 6347 section 4.2.4.1 recommends 1 s, or less for what is sensitive to time.</summary>
    public const int ResendMilliseconds = 400;

    /// <summary>Larger messages are refused before memory is taken for them.</summary>
    public const int MaxMessageSize = 16 * 1024;

    /// <summary>Longer chains are refused; a self-signed certificate is one.</summary>
    public const int MaxChain = 4;

    /// <summary>Certificates of the peer that a server asks for.</summary>
    public static readonly short[] CertificateTypes = [ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign];

    /// <summary>Forward secrecy and authenticated encryption only: what every WebRTC peer has.</summary>
    public static readonly int[] CipherSuites =
    [
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>A client of ours also takes servers with RSA certificates.</summary>
    public static readonly int[] ClientCipherSuites =
    [
        .. CipherSuites,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>The profile agreed on.</summary>
    public int Profile { get; set; }

    /// <summary>The keys, once the handshake is done.</summary>
    public SrtpKeys? Keys { get; private set; }

    /// <summary>The peer sent a fatal alert.</summary>
    public bool WasRefused { get; private set; }

    /// <summary>RFC 5763 section 5: the certificate must be the one that signalling announced. Its signatures prove nothing more and are not looked at; that the peer has its key, the handshake proves.</summary>
    public void Check(Certificate? chain)
    {
        var certificate = chain is { IsEmpty: false } ? chain.GetCertificateAt(0).GetEncoded() : [];
        foreach (var fingerprint in fingerprints)
        {
            if (fingerprint.Matches(certificate))
                return;
        }
        throw new DtlsRefusedException(AlertDescription.bad_certificate, DtlsFailure.Fingerprint);
    }

    public void Complete(TlsContext context) => Keys = SrtpProfiles.ExportKeys(context, Profile);

    public void AlertReceived(short level) => WasRefused |= level == AlertLevel.fatal;
}
