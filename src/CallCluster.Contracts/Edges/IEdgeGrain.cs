using Orleans.Concurrency;

namespace CallCluster.Contracts.Edges;

/// <summary>An edge's lease, load, drain state and calls (key: edge id).</summary>
[Alias("CallCluster.Edge")]
public interface IEdgeGrain : IGrainWithStringKey
{
    /// <summary>Renews the edge's lease and tells which calls came and went since the last. The edge awaits it; returns the lease's length.</summary>
    [Alias("Heartbeat")]
    Task<TimeSpan> Heartbeat(EdgeHeartbeat heartbeat);

    [OneWay, Alias("Post")]
    Task Post(EdgeMessage message);

    [ReadOnly, AlwaysInterleave, Alias("View")]
    Task<EdgeView?> View();

    /// <summary>Ids of the calls that the edge carries, in their order, from behind <paramref name="after"/> on, at most <paramref name="limit"/>.</summary>
    [ReadOnly, AlwaysInterleave, Alias("CallsAfter")]
    Task<string[]> Calls(string after, int limit);
}
