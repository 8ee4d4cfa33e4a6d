using Orleans.Concurrency;

namespace CallCluster.Contracts.Trunks;

/// <summary>Channels in use against the limit, keyed by call, never a bare counter (key: trunk name).</summary>
[Alias("CallCluster.Trunk")]
public interface ITrunkGrain : IGrainWithStringKey
{
    [OneWay, Alias("Post")]
    Task Post(TrunkMessage message);

    [ReadOnly, AlwaysInterleave, Alias("View")]
    Task<TrunkView> View();
}
