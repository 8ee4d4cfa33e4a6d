namespace CallCluster.Contracts.Configuration;

/// <summary>Whether media is encrypted.</summary>
public enum SrtpPolicy
{
    /// <summary>Plain RTP only; who insists on SRTP is refused.</summary>
    Off,

    /// <summary>SRTP with whoever can, plain RTP with the others.</summary>
    Optional,

    /// <summary>SRTP, or no call.</summary>
    Required,

    /// <summary>SRTP with keys from a handshake (DTLS-SRTP, RFC 5763), or no call.</summary>
    Dtls,
}
