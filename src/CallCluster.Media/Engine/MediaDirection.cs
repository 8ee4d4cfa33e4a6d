namespace CallCluster.Media.Engine;

/// <summary>RFC 3264 section 5.1, seen from this side.</summary>
public enum MediaDirection
{
    /// <summary>Audio flows both ways.</summary>
    SendReceive,

    /// <summary>We send and discard what arrives.</summary>
    SendOnly,

    /// <summary>We take what arrives and send nothing.</summary>
    ReceiveOnly,

    /// <summary>No audio either way; RTCP goes on.</summary>
    Inactive,
}
