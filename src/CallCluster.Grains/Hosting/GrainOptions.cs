namespace CallCluster.Grains.Hosting;

/// <summary>Settings of the grains.</summary>
public sealed class GrainOptions
{
    /// <summary>File of the call detail records (Records:File); null for none.</summary>
    public string? RecordFile { get; set; }

    /// <summary>How long an edge may be silent before it is probed, and declared dead when the probe fails too. An edge sends a heartbeat each third of it.</summary>
    public TimeSpan EdgeLease { get; set; } = TimeSpan.FromSeconds(9);

    /// <summary>The silo is the whole cluster, so that grain state may live in its process.</summary>
    public bool IsAlone { get; set; }
}
