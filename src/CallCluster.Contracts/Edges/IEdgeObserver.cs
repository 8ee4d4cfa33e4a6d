using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Calls;
using Orleans.Concurrency;

namespace CallCluster.Contracts.Edges;

/// <summary>One per edge process. Its methods put commands into the mailbox of the call and never wait (PROTOCOL rule 5).</summary>
[Alias("CallCluster.EdgeObserver")]
public interface IEdgeObserver : IGrainObserver
{
    [OneWay, Alias("Execute")]
    Task Execute(CallCommands commands);

    /// <summary>Carries a call that begins at our side.</summary>
    [OneWay, Alias("Begin")]
    Task Begin(BeginCall begin);

    /// <summary>Direct probe of PROTOCOL rule 16: the edge answers with a heartbeat at once.</summary>
    [OneWay, Alias("Probe")]
    Task Probe();

    /// <summary>What waits in a voicemail box that the edge watches has changed.</summary>
    [OneWay, Alias("BoxChanged")]
    Task BoxChanged(BoxSummary summary);
}
