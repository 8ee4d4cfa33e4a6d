using System.Net;
using CallCluster.Media.Codecs;
using CallCluster.Media.Dtls;
using CallCluster.Media.Ice;
using CallCluster.Media.Srtp;

namespace CallCluster.Media.Engine;

/// <summary>What offer and answer agreed for one stream. Immutable; a re-offer makes a new one and calls <see cref="MediaStream.Configure"/> again.</summary>
public sealed record MediaStreamParameters
{
    /// <summary>Where SDP says the peer receives RTP. An unspecified address or port 0 means nothing is sent until the latch knows better.</summary>
    public required IPEndPoint Remote { get; init; }

    /// <summary>Where the peer receives RTCP (a=rtcp, RFC 3605); null is the RTP port plus one.</summary>
    public IPEndPoint? RemoteRtcp { get; init; }

    /// <summary>RTCP shares the RTP port (RFC 5761).</summary>
    public bool RtcpMux { get; init; }

    /// <summary>The codec spoken both ways.</summary>
    public MediaCodec Codec { get; init; } = MediaCodec.Pcmu;

    /// <summary>RTP payload type we send the audio with; null is the codec's static one.</summary>
    public int? PayloadType { get; init; }

    /// <summary>RTP payload type the peer sends the audio with; null is <see cref="PayloadType"/>.</summary>
    public int? ReceivePayloadType { get; init; }

    /// <summary>Payload type of telephone-event (RFC 4733) we send; null when the peer takes none.</summary>
    public int? SendTelephoneEvent { get; init; }

    /// <summary>Payload type of telephone-event we announced and therefore receive; null when not negotiated.</summary>
    public int? ReceiveTelephoneEvent { get; init; }

    /// <summary>Payload type of comfort noise (RFC 3389) that the peer takes; null when it takes none. We make none ourselves.</summary>
    public int? SendComfortNoise { get; init; }

    /// <summary>Payload type by which the peer announces that it sends nothing while nobody speaks; null when not negotiated.</summary>
    public int? ReceiveComfortNoise { get; init; }

    /// <summary>Units a second of an event's duration, both ways: 8000, or 16000 with a peer who has its keys at the rate of its wideband codec only.</summary>
    public int TelephoneEventClock { get; init; } = 8000;

    /// <summary>Keys are tones in the audio (ITU-T Q.23), both ways, for a peer without telephone-events.</summary>
    public bool InbandDtmf { get; init; }

    /// <summary>Which ways audio may flow, seen from this side.</summary>
    public MediaDirection Direction { get; init; }

    /// <summary>Length of the packets we make, 10 to 60 ms; other values are brought into that range.</summary>
    public int PtimeMilliseconds { get; init; } = 20;

    /// <summary>The latch accepts a source other than <see cref="Remote"/> (a peer behind NAT) while nothing came from <see cref="Remote"/>.</summary>
    public bool AllowLatch { get; init; } = true;

    /// <summary>When set, the latch accepts only sources with this address: give the address that signalling came from.</summary>
    public IPAddress? LatchOnly { get; init; }

    /// <summary>The first of another dialog: from where its predecessor's peer sent, and may still send, nothing is taken for the new peer's.</summary>
    public bool IsAnotherPeer { get; init; }

    /// <summary>ICE with this side as the lite one: <see cref="Remote"/> and the latch then say nothing, the peer's checks do. Needs <see cref="RtcpMux"/>.</summary>
    public IceParameters? Ice { get; init; }

    /// <summary>Keys for SRTP; null is plain RTP. A re-offer with the same keys goes on with the same contexts.</summary>
    public SrtpKeys? Srtp { get; init; }

    /// <summary>Keys for SRTP by a DTLS handshake on the RTP port, in place of <see cref="Srtp"/>; needs <see cref="RtcpMux"/>. A re-offer with the same parameters goes on with the same association.</summary>
    public DtlsParameters? Dtls { get; init; }

    /// <summary>Silence after which <see cref="IMediaStreamHandler.OnMediaTimeout"/> is called; null is never.</summary>
    public TimeSpan? MediaTimeout { get; init; }
}
