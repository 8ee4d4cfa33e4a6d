using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Edges;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/calls</summary>
internal static class CallEndpoints
{
    public static void MapCalls(this RouteGroupBuilder api)
    {
        var calls = api.MapGroup("/calls").WithTags("calls").Needs(ApiRole.Read, AgentAccess.Filtered);
        calls.MapGet("", List).WithSummary("Calls that are going on; to an agent, the own.");
        calls.MapGet("/{id}", static async (string id, ApiCaller caller, IGrainFactory grains) =>
        {
            var call = Listing.IsId(id) ? await grains.GetGrain<ICallGrain>(id).View() : null;
            return Listing.One(caller.Sees(call?.Agent) || caller.Sees(call?.Transfer?.By) ? call : null, "call", id);
        })
            .WithSummary("One call that is going on; to an agent, one of the own or one that the agent has transferred.").Produces<CallView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    // Who carries calls knows which: the edges are asked until there are enough.
    private static async Task<IReadOnlyList<CallView>> List(int? limit, ApiCaller caller, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var most = Listing.Limit(limit);
        var ids = new List<string>();
        if (caller.Agent is { } agent) return await Listing.View((await grains.GetGrain<IAgentGrain>(agent).View()).Calls, id => grains.GetGrain<ICallGrain>(id).View(), cancellationToken);
        foreach (var edge in await grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Edges).List(Listing.MostLimit))
        {
            if (ids.Count >= most) break;
            ids.AddRange(await grains.GetGrain<IEdgeGrain>(edge).Calls(most - ids.Count));
        }
        return await Listing.View(ids, id => grains.GetGrain<ICallGrain>(id).View(), cancellationToken);
    }
}
