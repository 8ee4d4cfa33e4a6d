namespace CallCluster.Media.Codecs;

/// <summary>The two companding laws of ITU-T G.711; both carry 8000 samples a second, one byte each.</summary>
public enum G711Law
{
    /// <summary>mu-law, RTP name PCMU, static payload type 0 (RFC 3551 section 6).</summary>
    Mu = 0,

    /// <summary>A-law, RTP name PCMA, static payload type 8 (RFC 3551 section 6).</summary>
    A = 8,
}
