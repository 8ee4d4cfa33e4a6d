namespace CallCluster.Host.Configuration;

/// <summary>
/// All tuning of Orleans, in one place. Orleans's own defaults need 11 s to notice a killed silo and 66 s for a frozen one; these were measured at 0.8 s
/// and 3.2 s (4 silos, 2 cores, loopback). Two traps: votes against a silo are suppressed while a connection to it was active within
/// <c>MaxProbeTimeout x MissedProbes</c>, so a frozen host is only noticed when MaxProbeTimeout is low; and the distributed directory keeps a dead silo's
/// grains blocked for <c>RangeLease</c>, which must be lowered with it. On starved test machines raise the probe times and ResponseTimeout together.
/// </summary>
internal sealed record ClusterTimings
{
    /// <summary>A probe unanswered for this long is missed.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Bounds within which Orleans adapts ProbeTimeout to what it observes.</summary>
    public TimeSpan MinProbeTimeout { get; init; } = TimeSpan.FromMilliseconds(300);
    public TimeSpan MaxProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Misses in a row before a silo votes another dead.</summary>
    public int MissedProbes { get; init; } = 3;

    /// <summary>Votes that declare a silo dead.</summary>
    public int Votes { get; init; } = 2;

    /// <summary>How often the membership table is read without being told to.</summary>
    public TimeSpan TableRefresh { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a silo writes its sign of life to the table; three missed make its row stale.</summary>
    public TimeSpan IAmAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a range of the grain directory stays blocked after its silo's crash.</summary>
    public TimeSpan RangeLease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long an edge may be silent before it is probed, and declared dead when the probe fails too. It sends a sign of life each third of it.</summary>
    public TimeSpan EdgeLease { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>Longest wait for a grain's answer.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often an edge reads which silos accept it.</summary>
    public TimeSpan GatewayRefresh { get; init; } = TimeSpan.FromSeconds(5);
}
