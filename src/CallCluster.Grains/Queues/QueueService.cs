using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Queues;

/// <summary>
/// How an agent serves a queue: as one of its own, or, from the step on that widens to another queue, as one of that queue's, with the rank, delay and weight that the agent has there.
/// So a caller stands in one line only, and an agent who serves several picks among them as always (PROTOCOL rule 9).
/// </summary>
/// <param name="As">The entry of <see cref="AgentOptions.Queues"/> that counts.</param>
/// <param name="FromStep">The first step in which the agent may take callers, whatever the skills; 0 for one of the queue's own.</param>
public readonly record struct QueueService(AgentQueueOptions As, int FromStep)
{
    /// <summary>How the agent serves the queue; null when not at all.</summary>
    public static QueueService? Of(AgentOptions agent, string queue, QueueOptions options)
    {
        QueueService? best = null;
        foreach (var serves in agent.Queues)
        {
            if (serves.Name == queue) return new QueueService(serves, 0);
            if (FirstStep(options, serves.Name) is not { } step) continue;
            if (best is not { } other || step < other.FromStep || (step == other.FromStep && serves.Rank < other.As.Rank)) best = new QueueService(serves, step);
        }

        return best;
    }

    /// <summary>All queues that the agent serves: the agent's own first, then those that widen to one of them, each under its own name.</summary>
    public static IReadOnlyList<AgentQueueOptions> All(AgentOptions agent, IReadOnlyDictionary<string, QueueOptions> queues)
    {
        List<AgentQueueOptions>? all = null;
        foreach (var (name, options) in queues)
        {
            if (Of(agent, name, options) is { FromStep: > 0 } service) (all ??= [.. agent.Queues]).Add(service.As with { Name = name });
        }

        return all ?? agent.Queues;
    }

    private static int? FirstStep(QueueOptions options, string further)
    {
        for (var step = 1; step < options.Steps.Count; step++)
        {
            if (options.Steps[step].Queues.Contains(further)) return step;
        }

        return null;
    }
}
