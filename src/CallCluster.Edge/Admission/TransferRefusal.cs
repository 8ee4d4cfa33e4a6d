namespace CallCluster.Edge.Admission;

/// <summary>Why a REFER leads to no transfer; a metric label.</summary>
internal enum TransferRefusal
{
    /// <summary>Out of a dialog, or in that of a caller from outside: only agents transfer.</summary>
    NotAnAgent,

    /// <summary>In an agent's dialog, but not from where the phone is.</summary>
    ForeignSource,

    /// <summary>No Refer-To, several, or one that cannot be read.</summary>
    BadReferTo,

    /// <summary>Another domain, scheme or method, and not within Outbound:Allow.</summary>
    OutsideTarget,

    /// <summary>In our domain, but no number, queue or agent.</summary>
    UnknownTarget,

    /// <summary>Refer-To names a dialog to replace that is none of another call of this cluster.</summary>
    ForeignDialog,
}
