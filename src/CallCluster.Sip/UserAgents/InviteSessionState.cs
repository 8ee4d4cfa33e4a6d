namespace CallCluster.Sip.UserAgents;

/// <summary>Where an <see cref="InviteSession"/> stands.</summary>
public enum InviteSessionState
{
    /// <summary>No response with a To tag yet.</summary>
    Initial,

    /// <summary>At least one early dialog: a provisional response with a To tag was sent or received.</summary>
    Early,

    /// <summary>UAS only: 2xx sent, its ACK not yet received.</summary>
    Accepted,

    /// <summary>Both sides know of the session.</summary>
    Confirmed,

    /// <summary>Over; every method does nothing.</summary>
    Terminated,
}
