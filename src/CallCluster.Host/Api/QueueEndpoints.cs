using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/queues</summary>
internal static class QueueEndpoints
{
    public static void MapQueues(this RouteGroupBuilder api)
    {
        var queues = api.MapGroup("/queues").WithTags("queues").Needs(ApiRole.Read, AgentAccess.OwnQueue);
        queues.MapGet("", static (int? limit, IRoutingConfiguration routing, IGrainFactory grains, CancellationToken cancellationToken) =>
            Listing.View<QueueView>(routing.Current.Queues.Keys.Order(StringComparer.Ordinal).Take(Listing.Limit(limit)),
                async name => await grains.GetGrain<IQueueGrain>(name).View(), cancellationToken))
            .WithSummary("Queues by name, with who waits.");
        queues.MapGet("/{name}", static async (string name, IRoutingConfiguration routing, IGrainFactory grains) =>
            routing.Current.Queues.ContainsKey(name) ? Results.Ok(await grains.GetGrain<IQueueGrain>(name).View()) : Listing.NotFound("queue", name))
            .WithSummary("One queue.").Produces<QueueView>().ProducesProblem(StatusCodes.Status404NotFound);
    }
}
