using Orleans.Concurrency;

namespace CallCluster.Contracts.Directories;

/// <summary>The ids of one kind of thing ("edges", "tickets"), for lists. Takes the place of Redis sets while storage is in memory.</summary>
[Alias("CallCluster.Directory")]
public interface IDirectoryGrain : IGrainWithStringKey
{
    const string Edges = "edges";
    const string Tickets = "tickets";

    [OneWay, Alias("Add")]
    Task Add(string id);

    [OneWay, Alias("Remove")]
    Task Remove(string id);

    /// <summary>Of the directory of edges: answered to the call by <see cref="Calls.EdgesListed"/>.</summary>
    [OneWay, Alias("TellCall")]
    Task TellCall(string callId);

    /// <summary>The newest ids first, at most <paramref name="limit"/>.</summary>
    [ReadOnly, AlwaysInterleave, Alias("List")]
    Task<string[]> List(int limit);
}
