using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Edge.Calls;

namespace CallCluster.Edge.Cluster;

/// <summary>What the cluster calls at this edge. Commands go into the call's mailbox, where nothing waits for anything (PROTOCOL rule 5).</summary>
internal sealed class EdgeObserver(IGrainFactory grains, string edgeId, EdgeCalls calls, Action probed, Action<BeginCall> begun, Action<BoxSummary> boxChanged) : IEdgeObserver
{
    /// <summary>This observer as the cluster addresses it.</summary>
    public IEdgeObserver Reference { get; set; } = null!;

    public Task Execute(CallCommands commands)
    {
        if (calls.Find(commands.CallId) is { } call) call.Execute(commands);
        else _ = TellUnknown(commands);
        return Task.CompletedTask;
    }

    public Task Begin(BeginCall begin)
    {
        begun(begin);
        return Task.CompletedTask;
    }

    public Task Probe()
    {
        probed();
        return Task.CompletedTask;
    }

    public Task BoxChanged(BoxSummary summary)
    {
        boxChanged(summary);
        return Task.CompletedTask;
    }

    /// <summary>The call is not here any more (refused while the cluster was away, or of an earlier process). The grain's next repetition asks again if this is lost.</summary>
    private async Task TellUnknown(CallCommands commands)
    {
        try
        {
            await grains.GetGrain<ICallGrain>(commands.CallId).Deliver(new EdgeEvents
            {
                EdgeId = edgeId,
                Observer = Reference,
                Epoch = commands.Epoch,
                FirstSequence = 0,
                Events = [new CallUnknown()],
                Incarnation = commands.Incarnation,
                LastCommand = commands.Commands.Length == 0 ? 0 : commands.Commands[^1].Id,
            }).ConfigureAwait(false);
        }
        catch (Exception)
        {
            EdgeMetrics.DeliveryRetries.Add(1);
        }
    }
}
