namespace CallCluster.Grains.Queues;

/// <summary>
/// Both ways of matching (DESIGN section 5), as pure functions of the queue's indexes: of the free agents who meet the needs, the one idle longest;
/// of the callers whom an agent may take, the one first in line.
/// </summary>
public static class LongestIdleStrategy
{
    /// <summary>The agent for a caller; null when none may be sent now.</summary>
    public static QueueAgent? AgentFor(Caller caller, IReadOnlyList<DelayClass> classes, DateTimeOffset now)
    {
        QueueAgent? best = null;
        for (var i = 0; i < caller.Matured; i++)
        {
            var candidate = FirstNotRefused(caller, classes[i].Idle, now);
            if (candidate is not null && (best is null || candidate.IdleSince < best.IdleSince)) best = candidate;
        }

        return best;
    }

    /// <summary>The caller for an agent; null when nobody waits whom the agent may take now.</summary>
    public static Caller? CallerFor(QueueAgent agent, IReadOnlyList<DelayClass> classes, DateTimeOffset now)
    {
        if (!agent.Fits) return null;
        var callers = classes[agent.Class].Callers;
        if (callers.Min is not { } first) return null;
        if (!first.Refused(agent.Id, now)) return first;
        foreach (var caller in callers)
        {
            if (!caller.Refused(agent.Id, now)) return caller;
        }

        return null;
    }

    /// <summary>Why the caller goes to the agent, in a supervisor's words.</summary>
    public static string Explain(Caller caller, QueueAgent agent, IReadOnlyList<DelayClass> classes, DateTimeOffset now)
    {
        var free = 0;
        for (var i = 0; i < caller.Matured; i++) free += classes[i].Idle.Count;
        var passedOver = 0;
        foreach (var refused in caller.RefusedBy)
        {
            if (refused.Until > now) passedOver++;
        }

        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{agent.Id} is idle longest ({(now - agent.IdleSince).TotalSeconds:F0} s) of {free} free who meet the needs, {passedOver} passed over; {caller.CallId} waits {(now - caller.FirstQueuedAt).TotalSeconds:F0} s and is first in line");
    }

    private static QueueAgent? FirstNotRefused(Caller caller, SortedSet<QueueAgent> idle, DateTimeOffset now)
    {
        if (idle.Min is not { } first || !caller.Refused(first.Id, now)) return idle.Min;
        foreach (var agent in idle)
        {
            if (!caller.Refused(agent.Id, now)) return agent;
        }

        return null;
    }
}
