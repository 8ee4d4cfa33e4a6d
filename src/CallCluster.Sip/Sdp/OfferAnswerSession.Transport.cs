using System.Net;
using CallCluster.Sip.Sdp.Encryption;
using CallCluster.Sip.Sdp.Ice;

namespace CallCluster.Sip.Sdp;

/// <content>How the stream is carried: encryption, by keys in the description or by a handshake, and ICE.</content>
public sealed partial class OfferAnswerSession
{
    private readonly SecurityDescriptions _security = new();
    private readonly DtlsDescriptions _dtls = new();
    private readonly IceDescriptions _ice = new();
    private MediaGroup _group = MediaGroup.None;

    private string FirstProtocol => Local.OffersWebRtc ? DtlsDescriptions.BrowserProtocol : Local.Encryption == EncryptionPolicy.Handshake ? DtlsDescriptions.Protocol : SecurityDescriptions.ProtocolOf(Local.Encryption);

    /// <summary>Adds ICE and encryption to an offered stream; false when it is offered as we may not or cannot take it. How keys are made never changes in a dialog.</summary>
    private bool TrySecure(SessionDescription offer, ref Stream stream)
    {
        var line = stream.Line;
        DtlsAgreement? dtls = null;
        MediaKeys? keys = null;
        var ice = Local.Ice ? _ice.Answer(offer, line) : null;
        if (DtlsDescriptions.IsUsedBy(line.Protocol)
            ? Local.Fingerprint is null || Media is { Dtls: null } || !_dtls.TryAnswer(offer, line, hasIce: ice is not null, out dtls)
            : _dtls.IsAgreed || Local.Encryption == EncryptionPolicy.Handshake || !_security.TryAnswer(line, Local.Encryption, out keys))
            return false;
        stream = stream with { Keys = keys, Dtls = dtls, Ice = ice };
        return stream.CanBeReached;
    }

    /// <summary>Why a stream that we could speak is not secured as it has to be.</summary>
    private OfferRefusal RefusalOf(SessionDescription offer, MediaDescription line) =>
        Local.Fingerprint is not null && DtlsDescriptions.IsUsedBy(line.Protocol) && CertificateFingerprint.AreWeak(offer, line) ? OfferRefusal.WeakFingerprint
        : Local.Encryption == EncryptionPolicy.Required ? OfferRefusal.EncryptionRequired
        : OfferRefusal.NoCommonEncryption;

    /// <summary>Adds ICE and encryption to the answer to our offer; false when it is not as we offered.</summary>
    private bool TryAccept(MediaDescription offered, SessionDescription answer, ref Stream stream)
    {
        var line = stream.Line;
        DtlsAgreement? dtls = null;
        MediaKeys? keys = null;
        if (DtlsDescriptions.IsUsedBy(offered.Protocol) ? !_dtls.TryAccept(answer, line, out dtls) : !_security.TryAccept(offered, line, Local.Encryption, out keys))
            return false;
        stream = stream with { Keys = keys, Dtls = dtls, Ice = _ice.Accept(offered, answer, line) };
        return stream.CanBeReached;
    }

    private void Agree(SessionDescription remote, NegotiatedMedia media, MediaDescription? line)
    {
        RemoteDescription = remote;
        Media = media;
        _security.Agree(media.Keys);
        _dtls.Agree(media.Dtls, line);
        _ice.Agree(media.Ice);
    }

    private IEnumerable<SdpAttribute> OfferSecurity(string protocol) =>
        DtlsDescriptions.IsUsedBy(protocol) ? _dtls.Offer(Local.Fingerprint!) : _security.Offer(Local.Encryption);

    private IEnumerable<SdpAttribute> AnswerSecurity(MediaDescription offered, NegotiatedMedia media) =>
        media.Dtls is { } dtls ? DtlsDescriptions.Answer(Local.Fingerprint!, dtls, offered) : media.Keys is { } keys ? [keys.Local.ToAttribute()] : [];

    private IEnumerable<SdpAttribute> OfferIce(string protocol) =>
        _ice.IsAgreed || (Media is null && protocol == DtlsDescriptions.BrowserProtocol) ? IceAttributes(_ice.Offer()) : [];

    private IEnumerable<SdpAttribute> IceAttributes(IceCredentials? local) => local is null ? [] : IceDescriptions.Attributes(local, Local.Address, Local.Port);

    private IReadOnlyList<SdpAttribute> SessionAttributes(List<MediaDescription> lines)
    {
        var isUp = _audio < lines.Count && lines[_audio].Port != 0;
        if (!isUp)
            return [];
        return IceDescriptions.IsUsedBy(lines[_audio]) ? [new SdpAttribute(IceDescriptions.Lite), .. _group.SessionAttributes] : [.. _group.SessionAttributes];
    }

    private readonly record struct Stream(MediaDescription Line, IPAddress Address, AudioCodec Codec, int PayloadType, RtpMap? Events, RtpMap? Noise, MediaKeys? Keys = null, DtlsAgreement? Dtls = null, IceSession? Ice = null, bool NeedsIce = false)
    {
        /// <summary>Its address is one that we can send to, or checks will tell it.</summary>
        public bool CanBeReached => Ice is not null || !NeedsIce;

        public bool IsSecure => Keys is not null || Dtls is not null;
    }
}
