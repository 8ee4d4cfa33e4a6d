namespace CallCluster.Grains.Queues;

/// <summary>Agents who are alike to the queue: same delay, and skills worth the same in each step. There are as many as the steps can tell apart, however many agents.</summary>
public sealed class AgentClass(int wait, int first, int[] preferred, int[] levels, IComparer<QueueAgent> order)
{
    /// <summary>Index, among the queue's waits, of the agents' delay.</summary>
    public int Wait { get; } = wait;

    /// <summary>The first step whose needs they meet.</summary>
    public int First { get; } = first;

    /// <summary>Those who could be sent a caller now, in the strategy's order.</summary>
    public SortedSet<QueueAgent> Idle { get; } = new(order);

    /// <summary>Which of two classes is worth more in a step: by preferred skills met, then (where the strategy looks at them) by levels.</summary>
    public static int Compare(AgentClass one, AgentClass other, int step) =>
        one.Preferred(step) != other.Preferred(step) ? other.Preferred(step).CompareTo(one.Preferred(step)) : other.Levels(step).CompareTo(one.Levels(step));

    /// <summary>The levels that the strategy looks at; 0 where it looks at none.</summary>
    public int Levels(int step) => levels[step];

    private int Preferred(int step) => preferred[step];
}
