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
        edges.MapGet("", static async (int? limit, string? cursor, HttpContext http, IGrainFactory grains) =>
            await Listing.Page(http, Listing.Ids(await grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Edges).List(Listing.MostLimit), cursor), limit, id => grains.GetGrain<IEdgeGrain>(id).View()))
            .WithSummary("Edges, the newest first, with load and drain state.").ProducesProblem(StatusCodes.Status400BadRequest);
        edges.MapGet("/{id}", static async (string id, IGrainFactory grains) =>
            Listing.One(Listing.IsId(id) ? await grains.GetGrain<IEdgeGrain>(id).View() : null, "edge", id))
            .WithSummary("One edge.").Produces<EdgeView>().ProducesProblem(StatusCodes.Status404NotFound);
    }
}
