namespace CallCluster.Sip.Sources;

/// <summary>What becomes of a message before it is read.</summary>
internal enum SourceVerdict
{
    Read,

    /// <summary>Beyond the rate: dropped.</summary>
    Dropped,

    /// <summary>From a banned address: dropped, and its connection closed.</summary>
    Banned,
}
