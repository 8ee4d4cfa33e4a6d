namespace CallCluster.Contracts.Queues;

/// <summary>A caller of a queue whom an agent has talked with.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Number">The caller's number.</param>
/// <param name="At">When they were joined.</param>
[GenerateSerializer, Immutable, Alias("RecentCaller")]
public sealed record RecentCaller([property: Id(0)] string Queue, [property: Id(1)] string Number, [property: Id(2)] DateTimeOffset At);
