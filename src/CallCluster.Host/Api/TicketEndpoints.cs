using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Tickets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/tickets</summary>
internal static class TicketEndpoints
{
    public static void MapTickets(this RouteGroupBuilder api)
    {
        var tickets = api.MapGroup("/tickets").WithTags("tickets");
        tickets.MapGet("", static async (int? limit, IGrainFactory grains, CancellationToken cancellationToken) =>
            await Listing.View(await grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Tickets).List(Listing.Limit(limit)), id => grains.GetGrain<ITicketGrain>(id).View(), cancellationToken))
            .WithSummary("Callback tickets, the newest first.");
        tickets.MapGet("/{id}", static async (string id, IGrainFactory grains) =>
            Listing.One(Listing.IsId(id) ? await grains.GetGrain<ITicketGrain>(id).View() : null, "ticket", id))
            .WithSummary("One ticket.").Produces<Ticket>().ProducesProblem(StatusCodes.Status404NotFound);
    }
}
