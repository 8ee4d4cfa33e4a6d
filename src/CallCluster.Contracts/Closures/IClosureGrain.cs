using Orleans.Concurrency;

namespace CallCluster.Contracts.Closures;

/// <summary>Whether a queue is closed by hand, whatever its hours say (key: queue). Stored; the queue's grain, which is a cache, asks it.</summary>
[Alias("CallCluster.Closure")]
public interface IClosureGrain : IGrainWithStringKey
{
    [OneWay, Alias("Post")]
    Task Post(ClosureMessage message);

    /// <summary>Closes the queue, or ends its closure; the queue is told at once. Returns what is in force then.</summary>
    [Alias("Set")]
    Task<Closure> Set(bool closed, string? reason);

    [ReadOnly, AlwaysInterleave, Alias("View")]
    Task<Closure> View();
}
