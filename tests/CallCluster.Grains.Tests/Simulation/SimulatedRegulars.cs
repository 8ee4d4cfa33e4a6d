using CallCluster.Contracts.Agents;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>Callers who ring again and should come to the agent whom they had, or who ask for one: worked out from who was joined with whom.</summary>
internal sealed class SimulatedRegulars(Simulator simulator)
{
    private readonly Dictionary<(string Queue, string Number), (string Agent, DateTimeOffset At)> _last = [];
    private readonly Dictionary<string, DateTimeOffset> _availableSince = [];

    /// <summary>After each step.</summary>
    public void Look()
    {
        if (!simulator.Scenario.HasRegulars) return;
        foreach (var (_, machine) in simulator.Grains.Calls)
        {
            // Callbacks are called at the same number, too.
            if (machine.State is { Phase: CallPhase.Connected, Queue: { } queue, Agent: { } agent, ConnectedAt: { } at } call && agent.Queue == queue) Learn((queue, call.Offer.Caller), agent.AgentId, at);
        }

        foreach (var (id, agent) in simulator.Grains.Agents)
        {
            if (agent.Presence != Presence.Available) _availableSince.Remove(id);
            else _availableSince.TryAdd(id, simulator.Now);
        }
    }

    public bool IsAskedFor(string agentId, string callId) => Call(callId)?.QueueAgent == agentId;

    /// <summary>The caller may be kept for somebody else, now or <paramref name="since"/> ago.</summary>
    public bool MayWaitForAnother(string agentId, string queue, StoredCall call, TimeSpan since)
    {
        if (call.QueueAgent is not null) return true;
        var isRegular = _last.TryGetValue((queue, call.Offer.Caller), out var last) && last.Agent != agentId;
        return isRegular && call.FirstQueuedAt + simulator.Scenario.Options.Queues[queue].StickyFor > simulator.Now - since;
    }

    /// <summary>An agent is sent the caller: nobody else, as long as the one of last time idles and might take them.</summary>
    public void CheckTakes(string agentId, string queue, string callId, TimeSpan settled, Func<string, string, StoredCall, TimeSpan, bool> mayTake)
    {
        if (Call(callId) is not { Queue: { } waitsIn, QueueAgent: null } call || waitsIn != queue || !_last.TryGetValue((queue, call.Offer.Caller), out var last) || last.Agent == agentId) return;
        // Whatever was heard of late may not have reached the queue: who talked, who is free, and that nobody refused.
        var isHeardOf = last.At < simulator.Now - settled && _availableSince.TryGetValue(last.Agent, out var since) && since < simulator.Now - settled;
        if (!isHeardOf || call.FirstQueuedAt + simulator.Scenario.Options.Queues[queue].StickyFor <= simulator.Now || call.RefusedBy.Count > 0) return;
        if (simulator.Now - call.FirstQueuedAt < settled && mayTake(last.Agent, queue, call, TimeSpan.Zero))
            throw simulator.Broken("a caller comes to the agent of last time", $"{callId} is sent to {agentId}, though {last.Agent} idles since {_availableSince[last.Agent] - Simulator.Start} and had the caller at {last.At - Simulator.Start}");
    }

    private void Learn((string Queue, string Number) caller, string agentId, DateTimeOffset at)
    {
        if (!_last.TryGetValue(caller, out var last)) _last[caller] = (agentId, at);
        // Of two calls in the same moment the queue may hear in another order.
        else if (at > last.At) _last[caller] = (agentId != last.Agent && at - last.At < TimeSpan.FromSeconds(5) ? "either" : agentId, at);
    }

    private StoredCall? Call(string callId) => simulator.Grains.Calls.FirstOrDefault(grain => grain.Id == callId).Machine?.State;
}
