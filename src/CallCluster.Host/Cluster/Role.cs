namespace CallCluster.Host.Cluster;

/// <summary>What this process does.</summary>
internal enum Role
{
    /// <summary>Edge and silo in one.</summary>
    All,
    /// <summary>Terminates SIP and RTP; a client of the silos.</summary>
    Edge,
    /// <summary>Hosts the grains.</summary>
    Silo,
}
