using System.Net;
using CallCluster.Sip.Sdp.Encryption;

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

    /// <summary>Comfort noise (RFC 3389) is in our offers. Answers take it from the peer's in any case: that the peer may be silent is no demand on us.</summary>
    public bool OfferComfortNoise { get; init; }

    /// <summary>Length of the packets we would like to receive, in ms, and send when the peer does not say.</summary>
    public int PtimeMs { get; init; } = 20;

    /// <summary>Whether media is encrypted, with keys in the description (RFC 4568).</summary>
    public EncryptionPolicy Encryption { get; init; }

    /// <summary>Offer and accept RTP and RTCP on one port (RFC 5761).</summary>
    public bool RtcpMux { get; init; }

    /// <summary>The codec that we would speak of those the peer lists, and its payload type there; null when there is none.</summary>
    internal (AudioCodec Codec, int PayloadType)? Choose(IReadOnlyList<RtpMap> maps, bool theirOrder)
    {
        if (theirOrder)
        {
            foreach (var map in maps)
            {
                if (Codecs.FirstOrDefault(c => map.Is(c.Name, c.ClockRate)) is { } codec)
                    return (codec, map.PayloadType);
            }

            return null;
        }

        foreach (var codec in Codecs)
        {
            foreach (var map in maps)
            {
                if (map.Is(codec.Name, codec.ClockRate))
                    return (codec, map.PayloadType);
            }
        }

        return null;
    }
}
