namespace CallCluster.Media.Codecs;

/// <summary>
/// The audio codecs of the engine, by their static payload types (RFC 3551 section 6). Each carries 8 bytes a millisecond and counts RTP timestamps at 8000 a second, G.722 too
/// (section 4.5.2: an old error that is kept), so that packets keep their length and timestamps when they are transcoded.
/// </summary>
public enum MediaCodec
{
    /// <summary>G.711 mu-law.</summary>
    Pcmu = 0,

    /// <summary>G.711 A-law.</summary>
    Pcma = 8,

    /// <summary>G.722 at 64 kbit/s: 7 kHz audio.</summary>
    G722 = 9,
}
