using Orleans.Concurrency;

namespace CallCluster.Contracts.Callbacks;

/// <summary>Which callers of a queue are to be called back (key: queue). Stored: they hold no leg, so no edge would wake their calls after a crash.</summary>
[Alias("CallCluster.Callbacks")]
public interface ICallbacksGrain : IGrainWithStringKey
{
    [OneWay, Alias("Post")]
    Task Post(CallbacksMessage message);
}
