namespace CallCluster.Sip.Sources;

/// <summary>What is remembered of one address. Times are timestamps of the gate's clock.</summary>
internal struct SourceEntry
{
    /// <summary>0 while the place is free.</summary>
    public ulong Key;

    /// <summary>When the next message would be due if all kept to the rate (the theoretical arrival time of GCRA).</summary>
    public long NextMessage;

    /// <summary>The same for refusals.</summary>
    public long NextRefusal;

    public long BannedUntil;

    /// <summary>Has authenticated: is not banned until then.</summary>
    public long ProvenUntil;

    /// <summary>When <see cref="Trusted"/> is asked for anew.</summary>
    public long TrustUntil;

    public bool Trusted;
}
