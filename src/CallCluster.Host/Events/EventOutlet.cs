using CallCluster.Contracts.Events;
using CallCluster.Grains.Events;
using CallCluster.Host.Webhooks;

namespace CallCluster.Host.Events;

/// <summary>The two ways out that a silo's events have: the stream, for whoever listens at the moment, and the outbox of webhooks, which keeps them.</summary>
/// <param name="feed">To the stream.</param>
/// <param name="webhooks">Null where none is configured.</param>
internal sealed class EventOutlet(EventFeed feed, WebhookOutbox? webhooks = null) : IEventOutbox
{
    public bool Wants(EventKind kind) => feed.IsWanted || webhooks?.Wants(kind) == true;

    public Task Add(ClusterEvent happened)
    {
        feed.Add(happened);
        return webhooks?.Add(happened) ?? Task.CompletedTask;
    }
}
