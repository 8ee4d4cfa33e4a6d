using Orleans.Concurrency;

namespace CallCluster.Contracts.Trunks;

/// <summary>Channels in use against the limit, keyed by call, never a bare counter (key: trunk name).</summary>
[Alias("CallCluster.Trunk")]
public interface ITrunkGrain : IGrainWithStringKey
{
    [OneWay, Alias("Post")]
    Task Post(TrunkMessage message);

    /// <summary>An edge reports and learns whether it cares for the trunk: one edge at a time does. Awaited by edges only.</summary>
    [Alias("Attend")]
    Task<TrunkDuty> Attend(TrunkReport report);

    [ReadOnly, AlwaysInterleave, Alias("View")]
    Task<TrunkView> View();
}
