namespace CallCluster.Sip.UserAgents;

/// <summary>Why an <see cref="InviteSession"/> ended.</summary>
public enum SessionEndCause
{
    /// <summary>We sent BYE.</summary>
    LocalBye,

    /// <summary>The peer sent BYE.</summary>
    RemoteBye,

    /// <summary>We refused the peer's INVITE.</summary>
    LocalReject,

    /// <summary>The peer refused our INVITE, or it timed out (408) or could not be sent (503).</summary>
    RemoteReject,

    /// <summary>CANCEL ended the INVITE before it was answered, from whichever side.</summary>
    Cancelled,

    /// <summary>Our 2xx was never acknowledged within 64*T1; BYE was sent (RFC 3261 §13.3.1.4). Or a reliable provisional response was not (RFC 3262 §3).</summary>
    NoAck,

    /// <summary>The peer answered an in-dialog request with 481 or 408, or not at all (RFC 3261 §12.2.1.2).</summary>
    DialogLost,

    /// <summary>Nobody refreshed the session in time (RFC 4028 §10); BYE was sent.</summary>
    SessionExpired,

    /// <summary>The endpoint was disposed; nothing was sent.</summary>
    EndpointClosed,
}
