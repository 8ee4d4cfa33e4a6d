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

    /// <summary>Callers in line, the first first, from behind a place on.</summary>
    /// <param name="afterPlace">The <see cref="WaitingCaller.Place"/> that the page before ended with; 0 begins with the first.</param>
    /// <param name="afterCall">Its call id; "" begins with the first.</param>
    /// <param name="limit">How many at most.</param>
    [ReadOnly, AlwaysInterleave, Alias("Callers")]
    Task<WaitingCaller[]> Callers(long afterPlace, string afterCall, int limit);
}
