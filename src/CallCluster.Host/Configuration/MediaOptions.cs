using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Legs;

namespace CallCluster.Host.Configuration;

/// <summary>RTP.</summary>
internal sealed record MediaOptions
{
    /// <summary>Address that RTP is received on.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Address written into SDP, when it differs; or stun:HOST[:PORT], a STUN server that is asked for it at start.</summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>From where RTP may come that does not come from where SDP says (a peer behind NAT): from the address of its SIP, from any, or from nowhere.</summary>
    public LatchPolicy Latch { get; init; } = LatchPolicy.Signalling;

    /// <summary>RTP and RTCP ports, inclusive; both 0 for any free ones.</summary>
    public int PortMin { get; init; } = 10000;
    public int PortMax { get; init; } = 20000;

    /// <summary>Best first: PCMU, PCMA, G722.</summary>
    public IReadOnlyList<string> Codecs { get; init; } = ["PCMU", "PCMA", "G722"];

    /// <summary>Whether media is encrypted, with agents and with trunks that say nothing else.</summary>
    public SrtpPolicy Srtp { get; init; } = SrtpPolicy.Off;

    /// <summary>Calls at once on this edge; beyond it a caller gets 503.</summary>
    public int MaxCalls { get; init; } = 1000;

    /// <summary>A leg that is not on hold and from which no RTP came for this long is hung up: its phone is gone. Zero: never.</summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromMinutes(1);
}
