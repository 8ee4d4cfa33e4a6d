using CallCluster.Contracts.Edges;
using Orleans.Concurrency;

namespace CallCluster.Contracts.Boxes;

/// <summary>What waits in one voicemail box (key: box), and which edges are told when that changes.</summary>
[Alias("CallCluster.Box")]
public interface IBoxGrain : IGrainWithStringKey
{
    /// <summary>From now on, for <see cref="WatchFor"/>, the edge is told of each change by <see cref="IEdgeObserver.BoxChanged"/>. The edge awaits it, and asks again before that.</summary>
    [Alias("Watch")]
    Task<BoxSummary> Watch(string edgeId, IEdgeObserver edge);

    [OneWay, Alias("Post")]
    Task Post(BoxMessage message);

    /// <summary>How long an edge that asked is told.</summary>
    static readonly TimeSpan WatchFor = TimeSpan.FromSeconds(90);
}
