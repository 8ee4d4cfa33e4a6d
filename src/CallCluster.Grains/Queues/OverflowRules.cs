using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Queues;

/// <summary>The queue's overflow rules, in the configured order: the first that holds sends the caller away.</summary>
public sealed class OverflowRules(IReadOnlyList<OverflowOptions> rules)
{
    /// <summary>The rule that sends the caller away now; null when the caller stays.</summary>
    public OverflowOptions? FirstThatHolds(in Situation caller)
    {
        foreach (var rule in rules)
        {
            if (caller.CannotBeCalledBack && rule.To.StartsWith("callback:", StringComparison.Ordinal)) continue;
            var holds = rule.When switch
            {
                OverflowCondition.NoAgents => caller.NobodyLoggedIn,
                OverflowCondition.Waited => caller.Waited >= rule.OverTime,
                OverflowCondition.Length => caller.Found >= rule.OverLength,
                OverflowCondition.Closed => caller.Closed,
                OverflowCondition.EstimatedWait => caller.Estimated > rule.OverTime,
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

    /// <summary>Whether the queue can be closed: some rule says where its callers go then.</summary>
    public bool HasClosed { get; } = rules.Any(rule => rule.When == OverflowCondition.Closed);

    /// <summary>Whether some rule asks how long callers will wait.</summary>
    public bool DependsOnEstimate { get; } = rules.Any(rule => rule.When == OverflowCondition.EstimatedWait);

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

/// <summary>How a caller stands, for the rules.</summary>
/// <param name="Waited">Since first queueing.</param>
/// <param name="NobodyLoggedIn">Nobody is logged in who could ever meet the needs.</param>
/// <param name="Closed">The queue is closed to this caller.</param>
/// <param name="Found">How many waited when the caller arrived; null when that has been looked at, or the caller has been here before.</param>
/// <param name="Estimated">How long the caller will wait; null when that is not known, or as Found.</param>
/// <param name="CannotBeCalledBack">Rules that lead to a callback are passed over.</param>
public readonly record struct Situation(TimeSpan Waited, bool NobodyLoggedIn, bool Closed, int? Found, TimeSpan? Estimated, bool CannotBeCalledBack = false);
