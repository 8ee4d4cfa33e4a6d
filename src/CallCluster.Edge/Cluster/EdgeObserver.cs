using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Edge.Calls;

namespace CallCluster.Edge.Cluster;

/// <summary>What the cluster calls at this edge. Commands go into the call's mailbox and nothing else happens here (PROTOCOL rule 5).</summary>
internal sealed class EdgeObserver(EdgeCalls calls, Action probed) : IEdgeObserver
{
    public Task Execute(CallCommands commands)
    {
        // A call that is not here ended at this edge; its LegEnded events have told the CallGrain, or its next sweep finds it gone.
        calls.Find(commands.CallId)?.Execute(commands);
        return Task.CompletedTask;
    }

    public Task Probe()
    {
        probed();
        return Task.CompletedTask;
    }
}
