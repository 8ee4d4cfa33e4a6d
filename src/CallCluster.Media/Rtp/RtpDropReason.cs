namespace CallCluster.Media.Rtp;

/// <summary>Why a datagram was not used. The names, in lower case, are the label of <c>callcluster_media_dropped_packets_total</c>.</summary>
public enum RtpDropReason
{
    /// <summary>Shorter than its header, extension, padding or payload says.</summary>
    Malformed,

    /// <summary>The version is not 2: noise, or STUN or DTLS that nothing was agreed about.</summary>
    Version,

    /// <summary>Longer than an Ethernet frame carries.</summary>
    Oversize,

    /// <summary>From an address that is not the peer's.</summary>
    Foreign,

    /// <summary>From an unexpected source that has not yet sent enough packets to be taken for the peer.</summary>
    Probation,

    /// <summary>A payload type that was not negotiated.</summary>
    PayloadType,

    /// <summary>The sequence number jumped and the next packet has not confirmed it (RFC 3550 A.1).</summary>
    Sequence,

    /// <summary>Audio does not flow this way: the call is on hold.</summary>
    Direction,

    /// <summary>Nothing was negotiated yet.</summary>
    Unconfigured,

    /// <summary>Older than the moment the stream's source changed.</summary>
    Stale,

    /// <summary>A prompt or digits are being sent in place of the bridge's audio.</summary>
    Replaced,

    /// <summary>A key for a peer that takes no telephone-event.</summary>
    TelephoneEvent,

    /// <summary>Comfort noise for a peer that takes none: it hears silence, or noise made of it where it has the audio transcoded.</summary>
    ComfortNoise,

    /// <summary>Came to a port whose call has ended.</summary>
    Resting,

    /// <summary>RTCP that is not a valid compound packet (RFC 3550 A.2).</summary>
    Rtcp,

    /// <summary>SRTP or SRTCP whose tag is wrong: noise, an attack, or a key that the two sides do not share.</summary>
    Authentication,

    /// <summary>SRTP or SRTCP that came or was sent before, or too long after its successors.</summary>
    Replay,

    /// <summary>The system refused to send it.</summary>
    SendFailed,

    /// <summary>A connectivity check of ICE that was not made with the password of this stream, or no valid STUN.</summary>
    Check,

    /// <summary>Media before the DTLS handshake has made its keys, received or to be sent.</summary>
    Unkeyed,

    /// <summary>A ClientHello of DTLS beyond those that are looked at in a second.</summary>
    Hello,
}
