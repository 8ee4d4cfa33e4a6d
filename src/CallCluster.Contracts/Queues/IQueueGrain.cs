using Orleans.Concurrency;

namespace CallCluster.Contracts.Queues;

/// <summary>Who waits, in which order, with what needs; matches and overflows (key: queue name).</summary>
[Alias("CallCluster.Queue")]
public interface IQueueGrain : IGrainWithStringKey
{
    [OneWay, Alias("Post")]
    Task Post(QueueMessage message);

    [ReadOnly, AlwaysInterleave, Alias("View")]
    Task<QueueView> View();
}
