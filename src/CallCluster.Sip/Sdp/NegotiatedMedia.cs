using System.Net;
using CallCluster.Sip.Sdp.Encryption;

namespace CallCluster.Sip.Sdp;

/// <summary>The audio stream that an offer and its answer agreed on, seen from our side.</summary>
public sealed record NegotiatedMedia
{
    /// <summary>Where RTP goes. Unspecified (0.0.0.0) under RFC 2543 hold; <see cref="Direction"/> then does not send.</summary>
    public required IPEndPoint Remote { get; init; }

    /// <summary>Where RTCP goes: a=rtcp (RFC 3605), else the port after RTP's; the RTP port itself with rtcp-mux.</summary>
    public required IPEndPoint RemoteRtcp { get; init; }

    public required AudioCodec Codec { get; init; }

    /// <summary>Payload type that we send <see cref="Codec"/> with: the one in the peer's description.</summary>
    public required int PayloadType { get; init; }

    /// <summary>Payload type that the peer sends <see cref="Codec"/> with: the one in ours.</summary>
    public required int ReceivePayloadType { get; init; }

    /// <summary>Payload type that we send telephone-event with, or null when the peer does not take it.</summary>
    public int? TelephoneEventPayloadType { get; init; }

    /// <summary>Payload type that the peer sends telephone-event with, or null when we did not agree on it.</summary>
    public int? ReceiveTelephoneEventPayloadType { get; init; }

    /// <summary>Clock of telephone-event (RFC 4733 §2.1): that of <see cref="Codec"/>, or 16000 with a peer who offers no other beside a wideband codec.</summary>
    public int TelephoneEventClockRate { get; init; } = 8000;

    /// <summary>Payload type that we may send comfort noise with (RFC 3389), or null when the peer does not take it.</summary>
    public int? ComfortNoisePayloadType { get; init; }

    /// <summary>Payload type that the peer announces its silences with, or null when we did not agree on it.</summary>
    public int? ReceiveComfortNoisePayloadType { get; init; }

    /// <summary>Our view: <see cref="MediaDirection.SendOnly"/> means that we send and the peer listens.</summary>
    public required MediaDirection Direction { get; init; }

    /// <summary>Length of the packets that we send, in ms: the peer's a=ptime within its a=maxptime.</summary>
    public required int PtimeMs { get; init; }

    public bool RtcpMux { get; init; }

    /// <summary>Keys of SRTP, or null for plain RTP.</summary>
    public MediaKeys? Keys { get; init; }
}
