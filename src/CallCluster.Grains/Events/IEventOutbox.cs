using CallCluster.Contracts.Events;

namespace CallCluster.Grains.Events;

/// <summary>Takes events over from their owners, to deliver each at least once to all who are configured to hear of it, and to show it to whoever listens at the moment.</summary>
public interface IEventOutbox
{
    /// <summary>Somebody is configured to hear of this kind, or listens: an owner makes no event that nobody wants.</summary>
    bool Wants(EventKind kind);

    /// <summary>Keeps the event; the task ends when it will survive this process, however long that takes, or was dropped because the outbox is full. Never waits for a receiver.</summary>
    /// <exception cref="OperationCanceledException">The silo stops before it was kept.</exception>
    Task Add(ClusterEvent happened);
}
