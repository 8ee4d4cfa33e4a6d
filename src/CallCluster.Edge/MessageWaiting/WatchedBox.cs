using CallCluster.Contracts.Boxes;
using CallCluster.Sip.Subscriptions;

namespace CallCluster.Edge.MessageWaiting;

/// <summary>A box that phones at this edge show, as far as it is known here. Guarded by the lock of <see cref="MailboxSubscriptions"/>.</summary>
internal sealed class WatchedBox(BoxSummary summary)
{
    /// <summary>The newest that came.</summary>
    public BoxSummary Summary { get; set; } = summary;

    public HashSet<Subscription> Subscriptions { get; } = [];
}
