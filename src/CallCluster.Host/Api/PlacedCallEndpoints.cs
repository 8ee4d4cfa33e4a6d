using System.Security.Cryptography;
using System.Text;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Idempotency;
using CallCluster.Host.Api.Problems;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>Calls that begin at our side, and the end of calls: POST /api/v1/calls, DELETE /api/v1/calls/{id}.</summary>
internal static class PlacedCallEndpoints
{
    private static readonly TimeSpan LongestRinging = TimeSpan.FromMinutes(5);

    public static void MapPlacedCalls(this RouteGroupBuilder api)
    {
        var calls = api.MapGroup("/calls").WithTags("calls").Needs(ApiRole.Supervisor);
        calls.MapPost("", Place)
            .WithSummary("Calls a number through a trunk and leads whoever answers to a destination as if they had called. The call's state tells how far it is, its record how it went.")
            .Produces<CallView>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest);
        calls.MapDelete("/{id}", HangUp).WithSummary("Ends a call, whatever it does.").Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Begins the call; 202 with where it is to be seen. A try again by the same Idempotency-Key, after an answer that did not come, finds the call that the first has begun.</summary>
    public static async Task<IResult> Begin(PlacedCall placed, string destination, HttpContext http, IGrainFactory grains, TimeProvider clock)
    {
        var id = IdOf(placed, destination, http);
        var number = Destination.Parse(placed.To).Target;
        var view = await grains.GetGrain<ICallGrain>(id).Place(new CallOffer
        {
            Placed = placed,
            Caller = number,
            Dialled = number,
            Destination = destination,
            ReceivedAt = clock.GetUtcNow(),
            SipCallId = "",
        });
        return Results.Accepted($"/api/v1/calls/{id}", view);
    }

    // As long as those that edges make: names of legs carry it.
    private static string IdOf(PlacedCall placed, string destination, HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(IdempotentWrites.Header, out var key)) return Guid.NewGuid().ToString("N");
        var write = string.Join('\n', ApiCaller.Of(http).Key, key.ToString(), placed.To, placed.CallerId, placed.Timeout, placed.Agent, placed.Ticket, placed.TicketVersion, destination);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(write)).AsSpan(0, 16));
    }

    private static async Task<IResult> Place(PlacedCallRequest request, HttpContext http, IRoutingConfiguration routing, IGrainFactory grains, TimeProvider clock)
    {
        var current = routing.Current;
        var errors = new FieldErrors();
        if (AskedDestination.OutsideProblem("to", request.To, current.Outbound) is { } problem) errors.Add("to", problem);
        if (AskedDestination.Problem("destination", request.Destination, current) is { } other) errors.Add("destination", other);
        if (request.CallerId is { } shown && !OutboundTarget.IsNumber(shown)) errors.Add("callerId", "callerId may hold digits after an optional plus.");
        if (request.CallerId is null && current.Outbound.CallerId is null) errors.Add("callerId", "callerId is needed: Outbound:CallerId is not set.");
        if (request.Timeout is { } timeout && (timeout < TimeSpan.FromSeconds(1) || timeout > LongestRinging)) errors.Add("timeout", "timeout may be 00:00:01 to 00:05:00.");
        if (errors.Any) return errors.ToResult();
        return await Begin(new PlacedCall { To = request.To, CallerId = request.CallerId, Timeout = request.Timeout }, request.Destination, http, grains, clock);
    }

    private static async Task<IResult> HangUp(string id, IGrainFactory grains) =>
        Listing.IsId(id) && await grains.GetGrain<ICallGrain>(id).HangUp() ? Results.NoContent() : Listing.NotFound("call", id);
}
