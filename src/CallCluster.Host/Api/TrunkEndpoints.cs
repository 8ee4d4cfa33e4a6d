using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Trunks;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/trunks</summary>
internal static class TrunkEndpoints
{
    public static void MapTrunks(this RouteGroupBuilder api)
    {
        var trunks = api.MapGroup("/trunks").WithTags("trunks").Needs(ApiRole.Read);
        trunks.MapGet("", static (int? limit, string? cursor, HttpContext http, IRoutingConfiguration routing, IGrainFactory grains) =>
            Listing.Page<TrunkView>(http, Listing.Names(routing.Current.Trunks.Keys, cursor), limit, async name => await grains.GetGrain<ITrunkGrain>(name).View()))
            .WithSummary("Trunks by name, with channels in use.").ProducesProblem(StatusCodes.Status400BadRequest);
        trunks.MapGet("/{name}", static async (string name, IRoutingConfiguration routing, IGrainFactory grains) =>
            routing.Current.Trunks.ContainsKey(name) ? Results.Ok(await grains.GetGrain<ITrunkGrain>(name).View()) : Listing.NotFound("trunk", name))
            .WithSummary("One trunk.").Produces<TrunkView>().ProducesProblem(StatusCodes.Status404NotFound);
    }
}
