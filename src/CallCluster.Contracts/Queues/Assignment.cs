namespace CallCluster.Contracts.Queues;

/// <summary>A caller of a queue was matched with an agent, and why.</summary>
/// <param name="At">When the call consented.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Agent">The agent.</param>
/// <param name="Reason">What the choice went by.</param>
[GenerateSerializer, Immutable, Alias("Assignment")]
public sealed record Assignment([property: Id(0)] DateTimeOffset At, [property: Id(1)] string Queue, [property: Id(2)] string Agent, [property: Id(3)] MatchReason Reason)
{
    /// <summary>The reason in words, made when it is read.</summary>
    public string Why => Reason.InWords(Agent);
}
