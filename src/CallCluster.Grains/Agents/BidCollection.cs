using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Agents;

/// <summary>The bids of an agent's queues for one free slot (PROTOCOL rule 9).</summary>
public sealed class BidCollection(long version, DateTimeOffset deadline, IReadOnlyList<AgentQueueOptions> queues)
{
    private readonly List<Bid> _bids = new(queues.Count);

    public long Version { get; } = version;

    public DateTimeOffset Deadline { get; } = deadline;

    /// <summary>Queues that have not answered yet.</summary>
    public HashSet<string> Missing { get; } = [.. queues.Select(queue => queue.Name)];

    public IReadOnlyList<Bid> Bids => _bids;

    public void Take(Bid bid)
    {
        Missing.Remove(bid.Queue);
        if (bid.CallId is not null) _bids.Add(bid);
    }

    /// <summary>The best bid: by the queue's rank for this agent, then the shorter delay, then the earlier place; null when nobody waits.</summary>
    public Bid? Best()
    {
        Bid? best = null;
        foreach (var bid in _bids)
        {
            if (best is null || Compare(bid, best) < 0) best = bid;
        }

        return best;
    }

    /// <summary>Why <see cref="Best"/> won: what its queue says, and whose callers it came before.</summary>
    public MatchReason? Why(Bid best) => _bids.Count == 1 ? best.Why
        : best.Why is { } why ? why with { OtherQueues = [.. _bids.Where(bid => bid.Queue != best.Queue).Select(bid => bid.Queue)] } : null;

    private int Compare(Bid one, Bid other)
    {
        var (a, b) = (Queue(one.Queue), Queue(other.Queue));
        if (a.Rank != b.Rank) return a.Rank.CompareTo(b.Rank);
        if (a.Delay != b.Delay) return a.Delay.CompareTo(b.Delay);
        return one.Place != other.Place ? one.Place.CompareTo(other.Place) : string.CompareOrdinal(one.CallId, other.CallId);
    }

    private (int Rank, TimeSpan Delay) Queue(string name)
    {
        foreach (var queue in queues)
        {
            if (queue.Name == name) return (queue.Rank, queue.Delay);
        }

        return (int.MaxValue, TimeSpan.MaxValue);
    }
}
