using CallCluster.Contracts.Events;

namespace CallCluster.Grains.Events;

/// <summary>Nobody is configured to hear of anything.</summary>
public sealed class NullEventOutbox : IEventOutbox
{
    public bool Wants(EventKind kind) => false;

    public Task Add(ClusterEvent happened) => Task.CompletedTask;
}
