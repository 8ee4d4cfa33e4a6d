using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Tickets;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Problems;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/tickets</summary>
internal static class TicketEndpoints
{
    public static void MapTickets(this RouteGroupBuilder api)
    {
        var tickets = api.MapGroup("/tickets").WithTags("tickets").Needs(ApiRole.Read);
        tickets.MapGet("", List).WithSummary("Callback tickets, the newest first; in a status, of a box, from a queue.").ProducesProblem(StatusCodes.Status400BadRequest);
        tickets.MapGet("/{id}", static async (string id, IGrainFactory grains) =>
            Listing.One(Listing.IsId(id) ? await grains.GetGrain<ITicketGrain>(id).View() : null, "ticket", id))
            .WithSummary("One ticket.").Produces<Ticket>().ProducesProblem(StatusCodes.Status404NotFound);
        tickets.MapPut("/{id}", Change).Needs(ApiRole.Supervisor)
            .WithSummary("Claims a ticket for an agent, says that it is done, or opens it again. Of several who claim it one gets it.").Produces<Ticket>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        tickets.MapPost("/{id}/call", CallBack).Needs(ApiRole.Supervisor)
            .WithSummary("Calls a ticket's caller back: claims the ticket for an agent, rings the agent, then the caller, and joins them.").Produces<CallView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IReadOnlyList<Ticket>> List(int? limit, string? cursor, string? status, string? box, string? queue, HttpContext http, IGrainFactory grains)
    {
        var wanted = Choice.ParseFilter<TicketStatus>("status", status);
        var ids = await grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Tickets).List(int.MaxValue);
        return await Listing.Page(http, Listing.Ids(ids, cursor), limit, id => grains.GetGrain<ITicketGrain>(id).View(),
            ticket => (wanted is null || ticket.Status == wanted) && (box is null || ticket.Box == box) && (queue is null || ticket.Queue == queue));
    }

    /// <summary>The number comes from a stranger: only what <c>Outbound:Allow</c> permits is called.</summary>
    private static async Task<IResult> CallBack(string id, TicketCallRequest request, HttpContext http, IRoutingConfiguration routing, IGrainFactory grains, TimeProvider clock)
    {
        var current = routing.Current;
        if (request.Agent is not { } agent || !current.Agents.ContainsKey(agent)) return Problem.Invalid("agent", "agent names the agent of Agents who calls back.");
        if (!Listing.IsId(id) || await grains.GetGrain<ITicketGrain>(id).View() is not { } ticket) return Listing.NotFound("ticket", id);
        var to = $"tel:{ticket.Caller}";
        if (AskedDestination.OutsideProblem("the ticket's caller", to, current.Outbound) is { } problem) return Problem.Conflict(problem);
        var change = await grains.GetGrain<ITicketGrain>(id).Change(TicketStatus.Claimed, agent);
        if (change.Outcome != TicketChangeOutcome.Accepted) return Answer(id, change);
        var placed = new PlacedCall { To = to, CallerId = current.Outbound.CallerId ?? ticket.Dialled, Agent = agent, Ticket = id, TicketVersion = change.Ticket!.Version };
        return await PlacedCallEndpoints.Begin(placed, $"agent:{agent}", http, grains, clock);
    }

    private static async Task<IResult> Change(string id, TicketChangeRequest request, IRoutingConfiguration routing, IGrainFactory grains)
    {
        if (!Choice.TryParse<TicketStatus>(request.Status, out var status)) return Problem.Invalid("status", Choice.MayHold<TicketStatus>("status"));
        if (status == TicketStatus.Claimed ? request.By is not { } by || !routing.Current.Agents.ContainsKey(by) : request.By is not null)
            return Problem.Invalid("by", "by names the agent of Agents who takes the ticket on, and belongs to Claimed alone.");
        if (!Listing.IsId(id)) return Listing.NotFound("ticket", id);
        return Answer(id, await grains.GetGrain<ITicketGrain>(id).Change(status, request.By));
    }

    private static IResult Answer(string id, TicketChange change)
    {
        return change.Outcome switch
        {
            TicketChangeOutcome.Accepted => Results.Ok(change.Ticket),
            TicketChangeOutcome.ClaimedAlready => Problem.Conflict($"{change.Ticket!.ClaimedBy} has taken ticket {id} on."),
            TicketChangeOutcome.DoneAlready => Problem.Conflict($"Ticket {id} is done."),
            TicketChangeOutcome.NotStored => Problem.Of(ProblemKind.NoAnswer, $"The store has not taken the change of ticket {id}; ask again."),
            _ => Listing.NotFound("ticket", id),
        };
    }
}
