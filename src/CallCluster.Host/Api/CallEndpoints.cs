using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Edges;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/calls</summary>
internal static class CallEndpoints
{
    public static void MapCalls(this RouteGroupBuilder api)
    {
        var calls = api.MapGroup("/calls").WithTags("calls");
        calls.MapGet("", List).WithSummary("Calls that are going on.");
        calls.MapGet("/{id}", static async (string id, IGrainFactory grains) =>
            Listing.One(Listing.IsId(id) ? await grains.GetGrain<ICallGrain>(id).View() : null, "call", id))
            .WithSummary("One call that is going on.").Produces<CallView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    // Who carries calls knows which: the edges are asked until there are enough.
    private static async Task<IReadOnlyList<CallView>> List(int? limit, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var most = Listing.Limit(limit);
        var ids = new List<string>();
        foreach (var edge in await grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Edges).List(Listing.MostLimit))
        {
            if (ids.Count >= most) break;
            ids.AddRange(await grains.GetGrain<IEdgeGrain>(edge).Calls(most - ids.Count));
        }
        return await Listing.View(ids, id => grains.GetGrain<ICallGrain>(id).View(), cancellationToken);
    }
}
