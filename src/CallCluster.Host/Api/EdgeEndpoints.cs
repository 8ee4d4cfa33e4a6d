using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Edges;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/edges</summary>
internal static class EdgeEndpoints
{
    public static void MapEdges(this RouteGroupBuilder api)
    {
        var edges = api.MapGroup("/edges").WithTags("edges").Needs(ApiRole.Read);
        edges.MapGet("", static async (int? limit, IGrainFactory grains, CancellationToken cancellationToken) =>
            await Listing.View(await grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Edges).List(Listing.Limit(limit)), id => grains.GetGrain<IEdgeGrain>(id).View(), cancellationToken))
            .WithSummary("Edges, the newest first, with load and drain state.");
        edges.MapGet("/{id}", static async (string id, IGrainFactory grains) =>
            Listing.One(Listing.IsId(id) ? await grains.GetGrain<IEdgeGrain>(id).View() : null, "edge", id))
            .WithSummary("One edge.").Produces<EdgeView>().ProducesProblem(StatusCodes.Status404NotFound);
    }
}
