using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Sip.Sdp;
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
        Law = media.Codec == AudioCodec.Pcma ? G711Law.A : G711Law.Mu,
        PayloadType = media.PayloadType,
        ReceivePayloadType = media.ReceivePayloadType,
        SendTelephoneEvent = media.TelephoneEventPayloadType,
        ReceiveTelephoneEvent = media.ReceiveTelephoneEventPayloadType,
        Direction = media.Direction switch
        {
            Sip.Sdp.MediaDirection.SendRecv => Media.Engine.MediaDirection.SendReceive,
            Sip.Sdp.MediaDirection.SendOnly => Media.Engine.MediaDirection.SendOnly,
            Sip.Sdp.MediaDirection.RecvOnly => Media.Engine.MediaDirection.ReceiveOnly,
            _ => Media.Engine.MediaDirection.Inactive,
        },
        PtimeMilliseconds = media.PtimeMs,
    };

    public static SipBody ToBody(this SessionDescription description) => SipBody.Sdp(SdpWriter.Write(description));
}
