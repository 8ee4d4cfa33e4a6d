using CallCluster.Contracts.Configuration;
using CallCluster.Media.Codecs;
using CallCluster.Media.Dtls;
using CallCluster.Media.Engine;
using CallCluster.Media.Ice;
using CallCluster.Media.Srtp;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.Sdp.Encryption;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <summary>From what SDP agreed on to what the media engine does.</summary>
internal static class MediaMapping
{
    public static MediaStreamParameters ToStreamParameters(this NegotiatedMedia media) => new()
    {
        Remote = media.Remote,
        RemoteRtcp = media.RemoteRtcp,
        RtcpMux = media.RtcpMux,
        Codec = (MediaCodec)media.Codec.PayloadType, // both are numbered as in RFC 3551 section 6
        PayloadType = media.PayloadType,
        ReceivePayloadType = media.ReceivePayloadType,
        SendTelephoneEvent = media.TelephoneEventPayloadType,
        ReceiveTelephoneEvent = media.ReceiveTelephoneEventPayloadType,
        TelephoneEventClock = media.TelephoneEventClockRate,
        SendComfortNoise = media.ComfortNoisePayloadType,
        ReceiveComfortNoise = media.ReceiveComfortNoisePayloadType,
        Direction = media.Direction switch
        {
            Sip.Sdp.MediaDirection.SendRecv => Media.Engine.MediaDirection.SendReceive,
            Sip.Sdp.MediaDirection.SendOnly => Media.Engine.MediaDirection.SendOnly,
            Sip.Sdp.MediaDirection.RecvOnly => Media.Engine.MediaDirection.ReceiveOnly,
            _ => Media.Engine.MediaDirection.Inactive,
        },
        PtimeMilliseconds = media.PtimeMs,
        Ice = media.Ice is { } ice ? new IceParameters(ice.Local.Ufrag, ice.Local.Password, ice.Remote.Ufrag) : null,
        Dtls = media.Dtls is { } dtls
            ? new DtlsParameters(dtls.IsActive ? DtlsRole.Client : DtlsRole.Server, [.. dtls.Remote.Select(remote => new DtlsFingerprint(remote.Hash, remote.Value))], dtls.RemoteId)
            : null,
        Srtp = media.Keys is { } keys ? new SrtpKeys(keys.Local.ToMasterKey(), keys.Remote.ToMasterKey()) : null,
    };

    public static CertificateFingerprint ToCertificateFingerprint(this DtlsFingerprint fingerprint) => new(fingerprint.Hash, fingerprint.Value);

    public static EncryptionPolicy ToEncryptionPolicy(this SrtpPolicy policy) => policy switch
    {
        SrtpPolicy.Required => EncryptionPolicy.Required,
        SrtpPolicy.Optional => EncryptionPolicy.Optional,
        SrtpPolicy.Dtls => EncryptionPolicy.Handshake,
        _ => EncryptionPolicy.Off,
    };

    private static SrtpMasterKey ToMasterKey(this CryptoAttribute crypto) => new(SuiteOf(crypto.Suite), crypto.KeyAndSalt);

    private static SrtpSuite SuiteOf(CryptoSuite suite) =>
        suite == CryptoSuite.AeadAes256Gcm ? SrtpSuite.AeadAes256Gcm
        : suite == CryptoSuite.AeadAes128Gcm ? SrtpSuite.AeadAes128Gcm
        : suite == CryptoSuite.Aes256CmHmacSha1Tag80 ? SrtpSuite.AesCm256HmacSha1Tag80
        : suite == CryptoSuite.AesCm128HmacSha1Tag32 ? SrtpSuite.AesCm128HmacSha1Tag32
        : SrtpSuite.AesCm128HmacSha1Tag80;

    public static SipBody ToBody(this SessionDescription description) => SipBody.Sdp(SdpWriter.Write(description));
}
