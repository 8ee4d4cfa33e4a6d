using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace CallCluster.Media.Dtls;

/// <summary>The active side: DTLS 1.2, our certificate shown, use_srtp offered (RFC 5764 section 4.1).</summary>
internal sealed class DtlsSrtpClient(BcTlsCrypto crypto, DtlsIdentity identity, DtlsPeer peer) : DefaultTlsClient(crypto), TlsAuthentication
{
    public override IDictionary<int, byte[]> GetClientExtensions()
    {
        var extensions = TlsExtensionsUtilities.EnsureExtensionsInitialised(base.GetClientExtensions());
        TlsSrtpUtilities.AddUseSrtpExtension(extensions, new UseSrtpData(SrtpProfiles.All, []));
        return extensions;
    }

    public override void ProcessServerExtensions(IDictionary<int, byte[]> serverExtensions)
    {
        base.ProcessServerExtensions(serverExtensions);
        peer.Profile = SrtpProfiles.Accept(serverExtensions is null ? null : TlsSrtpUtilities.GetUseSrtpExtension(serverExtensions));
    }

    public override TlsAuthentication GetAuthentication() => this;

    public void NotifyServerCertificate(TlsServerCertificate serverCertificate) => peer.Check(serverCertificate.Certificate);

    public TlsCredentials GetClientCredentials(CertificateRequest certificateRequest) => identity.Sign(m_context, (BcTlsCrypto)Crypto);

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

    protected override int[] GetSupportedCipherSuites() => DtlsPeer.ClientCipherSuites;
}
