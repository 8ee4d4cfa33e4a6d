using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Queues;

/// <summary>
/// The strategies: who comes first of agents whose skills are worth the same to the caller. Total orders over what does not change while an agent is free
/// and waits for callers, so that the index need not be sorted anew.
/// </summary>
public static class AgentOrder
{
    public static IComparer<QueueAgent> Of(QueueStrategy strategy) => strategy switch
    {
        QueueStrategy.LongestIdle or QueueStrategy.RingAll => LongestIdle,
        // The levels that count for the caller are equal here: the smaller sum has the fewer others.
        QueueStrategy.MostSkilled => By((a, b) => a.AllLevels.CompareTo(b.AllLevels)),
        // First by the calls at this moment, which the rank of an agent with several does not know of yet.
        QueueStrategy.LeastOccupied => By((a, b) =>
            ((long)b.Free * a.Capacity).CompareTo((long)a.Free * b.Capacity) is not 0 and var share ? share : a.OccupancyRank.CompareTo(b.OccupancyRank)),
        QueueStrategy.RoundRobin or QueueStrategy.Weighted => Turns,
        _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "No such strategy."),
    };

    private static IComparer<QueueAgent> LongestIdle { get; } = By((_, _) => 0);

    private static IComparer<QueueAgent> Turns { get; } = Comparer<QueueAgent>.Create((a, b) => a.Turn.CompareTo(b.Turn) is not 0 and var order ? order : string.CompareOrdinal(a.Id, b.Id));

    private static Comparer<QueueAgent> By(Comparison<QueueAgent> first) => Comparer<QueueAgent>.Create((a, b) =>
    {
        var order = first(a, b);
        if (order == 0) order = a.IdleSince.CompareTo(b.IdleSince);
        return order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);
    });
}
