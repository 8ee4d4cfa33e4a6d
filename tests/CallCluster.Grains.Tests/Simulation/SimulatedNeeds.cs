using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>Who may be sent whose call by the needs of the queues, worked out from the configuration and the agents alone: what the queues are held to.</summary>
internal sealed class SimulatedNeeds(Simulator simulator)
{
    private readonly Dictionary<(string Queue, int Step), DateTimeOffset> _unattended = [];
    private readonly Dictionary<(string Queue, int Step), DateTimeOffset> _attended = [];

    public bool Exists(string queue, int step) => step < Math.Max(1, Steps(queue).Count);

    /// <summary>The first step in which the agent may take callers: who serves the queue, or one that a step up to then widens to, and meets the needs. One that does not exist when there is none.</summary>
    public int FirstMet(string queue, AgentOptions agent)
    {
        var steps = Steps(queue);
        for (var i = 0; i < Math.Max(1, steps.Count); i++)
        {
            if (Service(queue, i, agent) is not null && (steps.Count == 0 || steps[i].Needs.All(need => agent.Skills.GetValueOrDefault(need.Key) >= need.Value))) return i;
        }

        return Math.Max(1, steps.Count);
    }

    /// <summary>By which of its services the agent may take the queue's callers in a step; null for none.</summary>
    public AgentQueueOptions? Service(string queue, int step, AgentOptions agent) =>
        agent.Queues.FirstOrDefault(serves => serves.Name == queue) ?? agent.Queues.FirstOrDefault(serves => Steps(queue).Take(step + 1).Any(widened => widened.Queues.Contains(serves.Name)));

    public int StepByTime(string queue, DateTimeOffset firstQueuedAt) => Math.Max(0, Steps(queue).Count(step => firstQueuedAt + step.After <= simulator.Now) - 1);

    /// <summary>Somebody is logged in who meets the step.</summary>
    public bool IsAttended(string queue, int step)
    {
        foreach (var (id, agent) in simulator.Grains.Agents)
        {
            var options = simulator.Scenario.Options.Agents[id];
            if (agent.Presence != Presence.Offline && FirstMet(queue, options) <= step) return true;
        }

        return false;
    }

    /// <summary>At some time within the span nobody was logged in who meets the step.</summary>
    public bool WasUnattended(string queue, int step, TimeSpan within) => !IsAttended(queue, step) || (_unattended.TryGetValue((queue, step), out var last) && simulator.Now - last <= within);

    /// <summary>At some time within the span somebody was logged in who meets the step.</summary>
    public bool WasAttended(string queue, int step, TimeSpan within) => IsAttended(queue, step) || (_attended.TryGetValue((queue, step), out var last) && simulator.Now - last < within);

    /// <summary>After each step of the simulation.</summary>
    public void Look()
    {
        foreach (var queue in simulator.Scenario.Options.Queues.Keys)
        {
            for (var step = 0; step < Steps(queue).Count; step++)
            {
                (IsAttended(queue, step) ? _attended : _unattended)[(queue, step)] = simulator.Now;
            }
        }
    }

    private IReadOnlyList<StepOptions> Steps(string queue) => simulator.Scenario.Options.Queues[queue].Steps;
}
