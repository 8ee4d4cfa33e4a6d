namespace CallCluster.Edge.Admission;

/// <summary>Why a 3xx is not followed; a metric label.</summary>
internal enum RedirectRefusal
{
    /// <summary>An agent's phone names another host than its own, or anybody one that the request would not go to (maddr).</summary>
    ForeignHost,

    /// <summary>The INVITE went by TLS, and the contact names another transport.</summary>
    LessSecure,

    /// <summary>It leads back to this edge, and to nothing that an agent could dial here.</summary>
    OwnListener,

    /// <summary>Outbound:Allow does not have it.</summary>
    OutboundDenied,

    /// <summary>Outbound:Routes does not send it through the trunk that names it.</summary>
    NoRoute,
}
