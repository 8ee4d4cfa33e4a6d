namespace CallCluster.Sip.Sdp;

/// <summary>Whose order decides when an offer and we have several codecs in common.</summary>
public enum CodecPreference
{
    /// <summary>The first codec in our own list that the offer has.</summary>
    Local,

    /// <summary>The first codec in the offer that we have (RFC 3264 §6.1 recommends it).</summary>
    Offerer,
}
