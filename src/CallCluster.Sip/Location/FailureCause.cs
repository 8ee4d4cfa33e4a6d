namespace CallCluster.Sip.Location;

/// <summary>Why a request goes to the next server; a metric label.</summary>
internal enum FailureCause
{
    /// <summary>It does not answer.</summary>
    Silence,

    /// <summary>It could not be reached, or did not prove who it is.</summary>
    Transport,

    /// <summary>It answered 503.</summary>
    Unavailable,
}
