using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Queues;

/// <summary>The queue's overflow rules, in the configured order: the first that holds sends the caller away.</summary>
public sealed class OverflowRules(IReadOnlyList<OverflowOptions> rules)
{
    /// <summary>The rule that sends the caller away now; null when the caller stays.</summary>
    /// <param name="waited">Since first queueing.</param>
    /// <param name="nobodyLoggedIn">Nobody is logged in who could ever meet the needs.</param>
    /// <param name="found">How many waited when the caller arrived; null when the caller has been here before.</param>
    public OverflowOptions? FirstThatHolds(TimeSpan waited, bool nobodyLoggedIn, int? found)
    {
        foreach (var rule in rules)
        {
            var holds = rule.When switch
            {
                OverflowCondition.NoAgents => nobodyLoggedIn,
                OverflowCondition.Waited => waited >= rule.OverTime,
                OverflowCondition.Length => found >= rule.OverLength,
                _ => false,
            };
            if (holds) return rule;
        }

        return null;
    }

    /// <summary>The shortest wait that a Waited rule looks at; null when there is none.</summary>
    public TimeSpan? FirstWait { get; } = Shortest(rules);

    /// <summary>Whether agents' going matters to callers who wait.</summary>
    public bool DependsOnAgents { get; } = rules.Any(rule => rule.When == OverflowCondition.NoAgents);

    private static TimeSpan? Shortest(IReadOnlyList<OverflowOptions> rules)
    {
        TimeSpan? shortest = null;
        foreach (var rule in rules)
        {
            if (rule.When == OverflowCondition.Waited && (shortest is null || rule.OverTime < shortest)) shortest = rule.OverTime;
        }

        return shortest;
    }
}
