using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace CallCluster.Media.Dtls;

/// <summary>The passive side: DTLS 1.2, the peer's certificate demanded, use_srtp agreed (RFC 5764 section 4.1).</summary>
internal sealed class DtlsSrtpServer(BcTlsCrypto crypto, DtlsIdentity identity, DtlsPeer peer) : DefaultTlsServer(crypto)
{
    public override void ProcessClientExtensions(IDictionary<int, byte[]> clientExtensions)
    {
        base.ProcessClientExtensions(clientExtensions);
        peer.Profile = SrtpProfiles.Choose(clientExtensions is null ? null : TlsSrtpUtilities.GetUseSrtpExtension(clientExtensions));
    }

    public override IDictionary<int, byte[]> GetServerExtensions()
    {
        var extensions = TlsExtensionsUtilities.EnsureExtensionsInitialised(base.GetServerExtensions());
        TlsSrtpUtilities.AddUseSrtpExtension(extensions, new UseSrtpData([peer.Profile], []));
        return extensions;
    }

    public override CertificateRequest GetCertificateRequest() => new(DtlsPeer.CertificateTypes, TlsUtilities.GetDefaultSupportedSignatureAlgorithms(m_context), null);

    public override void NotifyClientCertificate(Certificate clientCertificate) => peer.Check(clientCertificate);

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        peer.Complete(m_context);
    }

    public override void NotifyAlertReceived(short alertLevel, short alertDescription) => peer.AlertReceived(alertLevel);

    public override bool IgnoreCorruptDtlsRecords => true;

    public override int GetHandshakeResendTimeMillis() => DtlsPeer.ResendMilliseconds;

    public override int GetMaxHandshakeMessageSize() => DtlsPeer.MaxMessageSize;

    public override int GetMaxCertificateChainLength() => DtlsPeer.MaxChain;

    // Without it keys cannot be exported safely (RFC 7627 section 5.4).
    public override bool RequiresExtendedMasterSecret() => true;

    protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.DTLSv12.Only();

    protected override int[] GetSupportedCipherSuites() => DtlsPeer.CipherSuites;

    protected override TlsCredentialedSigner GetECDsaSignerCredentials() => identity.Sign(m_context, (BcTlsCrypto)Crypto);
}
