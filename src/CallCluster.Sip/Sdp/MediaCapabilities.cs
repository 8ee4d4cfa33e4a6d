using System.Net;

namespace CallCluster.Sip.Sdp;

/// <summary>What our side of one call can do and where it listens.</summary>
public sealed record MediaCapabilities
{
    /// <summary>Address for the c= and o= lines.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Our RTP port; RTCP is on the next one unless multiplexed.</summary>
    public required int Port { get; init; }

    /// <summary>Codecs in our order of preference.</summary>
    public IReadOnlyList<AudioCodec> Codecs { get; init; } = [AudioCodec.Pcmu, AudioCodec.Pcma];

    public CodecPreference Preference { get; init; } = CodecPreference.Local;

    /// <summary>Payload type of telephone-event in our offers (RFC 4733); an answer takes the offer's. Null: never negotiate it.</summary>
    public int? TelephoneEventPayloadType { get; init; } = 101;

    /// <summary>Length of the packets we would like to receive, in ms, and send when the peer does not say.</summary>
    public int PtimeMs { get; init; } = 20;

    /// <summary>Offer and accept RTP and RTCP on one port (RFC 5761).</summary>
    public bool RtcpMux { get; init; }
}
