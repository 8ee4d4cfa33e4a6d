using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Queues;

/// <summary>
/// Callers for one agent: whom they had last time (<see cref="QueueOptions.StickyFor"/>), or whom their destination demands. They sit apart (PROTOCOL rule 13), keep their place, and are for all
/// when their time is over or the agent could not take them anyway. The agent who comes free takes them in their turn, like others.
/// </summary>
public sealed partial class QueueMachine
{
    private readonly RecentAgents _recent = new();

    /// <summary>Before the first match: whom the caller is for. Not sooner, since a queue that begins does not know yet who talked with whom.</summary>
    private void FindOneAgent(Caller caller)
    {
        if (caller.IsAssessed) return;
        caller.IsAssessed = true;
        if (caller.Demands is { } demanded)
        {
            caller.WaitsFor = demanded;
            caller.WaitsForUntil = _options.Steps.Count > 1 ? caller.FirstQueuedAt + _options.Steps[1].After : DateTimeOffset.MaxValue;
        }
        else if (_options.StickyFor > TimeSpan.Zero && _recent.Of(caller.Name) is { } last)
        {
            caller.WaitsFor = last;
            caller.WaitsForUntil = caller.FirstQueuedAt + _options.StickyFor;
        }
    }

    /// <summary>The one whom the caller waits for, if that has any use; else the caller is for all from now on.</summary>
    private QueueAgent? OneAgentFor(Caller caller, DateTimeOffset now)
    {
        if (caller.WaitsFor is not { } id) return null;
        if (caller.WaitsForUntil > now && _agents.TryGetValue(id, out var agent) && MayWaitFor(agent, caller, now)) return agent;
        caller.WaitsFor = null;
        return null;
    }

    /// <summary>A demand goes before needs, delays and refusals, as long as the agent may come free at all; a habit does not.</summary>
    private bool MayWaitFor(QueueAgent agent, Caller caller, DateTimeOffset now) =>
        caller.Demands is not null ? agent.LoggedIn : agent.OnDuty && !caller.Refused(agent.Id, now) && WaitsToTake(agent) <= caller.Matured;

    /// <summary>How many waits a caller must have waited out before the agent may take them; of no caller for an agent who meets no step.</summary>
    private int WaitsToTake(QueueAgent agent) => agent.Class is { } alike ? _index.WaitsFor(alike) : int.MaxValue;

    /// <summary>The agent has gone: whoever waited for this one is for others.</summary>
    private void LetGoOf(QueueAgent agent, DateTimeOffset now, Effects effects)
    {
        foreach (var caller in _seats.For(agent.Id))
        {
            if (!MayWaitFor(agent, caller, now)) Settle(caller, now, effects);
        }
    }

    private void Remember(Caller caller, Leave leave, DateTimeOffset now)
    {
        if (_options.StickyFor > TimeSpan.Zero && leave is { Reason: LeaveReason.Answered, AgentId: { } agentId }) _recent.Remember(caller.Name, agentId, now);
    }

    private void Remember(QueueAgent agent, RecentCaller[] callers)
    {
        agent.HasToldCallers = true;
        foreach (var caller in callers) _recent.Remember(caller.Number, agent.Id, caller.At);
    }
}
