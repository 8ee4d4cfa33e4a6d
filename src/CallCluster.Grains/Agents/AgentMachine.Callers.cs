using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Agents;

/// <summary>Whom the agent talked with, for queues that lead callers to the agent of last time: kept here, so that it outlives the queue's activation.</summary>
public sealed partial class AgentMachine
{
    private const int MostCallers = 50;

    /// <summary>Stored with the next change of the agent's, at the latest when the call is over.</summary>
    private void Remember(RecentCaller caller)
    {
        State.Callers.RemoveAll(known => known.Queue == caller.Queue && known.Number == caller.Number);
        State.Callers.Insert(0, caller);
        if (State.Callers.Count > MostCallers) State.Callers.RemoveAt(MostCallers);
    }

    private void OnTellState(TellState tell, Effects effects)
    {
        var state = Snapshot(_bids?.Missing.Contains(tell.Queue) == true);
        effects.ToQueue(tell.Queue, tell.WithCallers ? state with { Callers = [.. State.Callers.Where(caller => caller.Queue == tell.Queue)] } : state);
    }
}
