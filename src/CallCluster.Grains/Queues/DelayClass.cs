namespace CallCluster.Grains.Queues;

/// <summary>
/// Agents of the queue who take callers only after the same delay, and the callers who have waited it out. Most queues have one, of delay zero.
/// Agents here fit the queue's needs and are free; callers wait and are not being offered.
/// </summary>
public sealed class DelayClass(TimeSpan delay)
{
    public TimeSpan Delay { get; } = delay;

    /// <summary>Longest idle first.</summary>
    public SortedSet<QueueAgent> Idle { get; } = new(Comparer<QueueAgent>.Create(static (a, b) =>
        a.IdleSince.CompareTo(b.IdleSince) is not 0 and var order ? order : string.CompareOrdinal(a.Id, b.Id)));

    /// <summary>First in line first.</summary>
    public SortedSet<Caller> Callers { get; } = new(PlaceOrder);

    /// <summary>Place key, then call id: a total order that never changes (PROTOCOL rule 11).</summary>
    public static IComparer<Caller> PlaceOrder { get; } = Comparer<Caller>.Create(static (a, b) =>
        a.Place.CompareTo(b.Place) is not 0 and var order ? order : string.CompareOrdinal(a.CallId, b.CallId));
}
