namespace CallCluster.Sip.Sdp;

/// <summary>Which way media flows, seen by whoever describes it (RFC 3264 §5.1, RFC 8866 §6.7).
/// Two bits, so that the meet of two directions is <c>&amp;</c>.</summary>
[Flags]
public enum MediaDirection
{
    /// <summary>Neither way.</summary>
    Inactive = 0,

    /// <summary>The describing side only sends.</summary>
    SendOnly = 1,

    /// <summary>The describing side only receives.</summary>
    RecvOnly = 2,

    /// <summary>Both ways, the default when nothing is said.</summary>
    SendRecv = SendOnly | RecvOnly,
}
