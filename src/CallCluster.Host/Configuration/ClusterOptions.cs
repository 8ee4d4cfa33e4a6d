namespace CallCluster.Host.Configuration;

/// <summary>How this process finds the others.</summary>
internal sealed record ClusterOptions
{
    public Clustering Clustering { get; init; } = Clustering.Localhost;

    /// <summary>Connection string of StackExchange.Redis, without a password.</summary>
    public string Redis { get; init; } = "localhost:6379";

    /// <summary>File that holds Redis's password.</summary>
    public string? RedisPasswordFile { get; init; }

    /// <summary>Processes with the same id form one cluster.</summary>
    public string ClusterId { get; init; } = "callcluster";

    /// <summary>The edge's id: unique in the cluster, the same after a restart. Null: the host's name and the first SIP port.</summary>
    public string? NodeId { get; init; }

    /// <summary>Address that other nodes reach this silo by. Null: loopback with Localhost, else the host's first address.</summary>
    public string? Address { get; init; }

    /// <summary>Silo to silo. 0: a free one. Null: free with Localhost, else 11111.</summary>
    public int? SiloPort { get; init; }

    /// <summary>Edge to silo. 0: a free one. Null: none with Localhost, else 30000.</summary>
    public int? GatewayPort { get; init; }

    /// <summary>File that holds the secret shared by all edges: keys call ids, dialog tags and digest nonces. Null: made anew at each start (Localhost only).</summary>
    public string? KeyFile { get; init; }

    /// <summary>After SIGTERM, how long calls may go on before the process stops.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public ClusterTimings Timings { get; init; } = new();
}
