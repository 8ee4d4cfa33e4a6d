using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Problems;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/queues/{name}/callers: who waits, and what supervisors do about it. The call decides, not the queue: whoever is offered to an agent at this moment is left alone (409).</summary>
internal static class WaitingCallerEndpoints
{
    private const int HighestPriority = 100;

    /// <summary>What an evicted caller gets who has not been answered.</summary>
    private const string Evicted = "hangup:480";

    public static void MapWaitingCallers(this RouteGroupBuilder api)
    {
        var callers = api.MapGroup("/queues/{name}/callers").WithTags("queues").Needs(ApiRole.Supervisor);
        callers.MapGet("", List).Needs(ApiRole.Read, AgentAccess.OwnQueue)
            .WithSummary("Callers in line, the first first. A Link header with rel=\"next\" leads to those behind.")
            .Produces<WaitingCaller[]>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        callers.MapPost("/{call}/move", Move)
            .WithSummary("Sends a caller elsewhere, to another queue with the time waited so far. Whom an agent or a number does not take comes back to the old place.")
            .Produces<CallView>(StatusCodes.Status202Accepted).ProducesChange();
        callers.MapPost("/{call}/pick", Pick)
            .WithSummary("Gives a caller to an agent now. An agent who is not free, or does not take the call, leaves the caller at the old place: the call's state tells.")
            .Produces<CallView>(StatusCodes.Status202Accepted).ProducesChange();
        callers.MapPut("/{call}/priority", Prioritise)
            .WithSummary("Gives a caller another priority than the queue's, at once, here and in queues to come.")
            .Produces<CallView>().ProducesChange();
        callers.MapDelete("/{call}", Evict)
            .WithSummary("Ends a caller's wait: with ?to= at a destination such as voicemail:BOX, else by hanging up.")
            .Produces(StatusCodes.Status204NoContent).ProducesChange();
    }

    private static void ProducesChange(this RouteHandlerBuilder endpoint) =>
        endpoint.ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> List(string name, int? limit, string? cursor, HttpContext http, IRoutingConfiguration routing, IGrainFactory grains)
    {
        if (!routing.Current.Queues.ContainsKey(name)) return Listing.NotFound("queue", name);
        var most = Listing.Limit(limit);
        var after = PlaceCursor.Parse(cursor);
        var callers = await grains.GetGrain<IQueueGrain>(name).Callers(after.Place, after.CallId, most);
        if (callers.Length == most) Listing.LinkNext(http, new PlaceCursor(callers[^1].Place, callers[^1].CallId).ToString());
        return Results.Ok(callers);
    }

    private static Task<IResult> Move(string name, string call, MoveRequest request, IRoutingConfiguration routing, IGrainFactory grains) =>
        MoveTo(name, call, request.To, routing.Current, grains, static view => Results.Accepted($"/api/v1/calls/{view.Id}", view));

    private static Task<IResult> Evict(string name, string call, string? to, IRoutingConfiguration routing, IGrainFactory grains) =>
        to is null ? Change(name, call, new MoveCaller(Evicted), routing.Current, grains, static _ => Results.NoContent()) : MoveTo(name, call, to, routing.Current, grains, static _ => Results.NoContent());

    private static async Task<IResult> MoveTo(string name, string call, string? to, RoutingOptions routing, IGrainFactory grains, Func<CallView, IResult> done)
    {
        if (AskedDestination.Problem("to", to, routing) is { } problem) return Problem.Invalid("to", problem);
        if (to == $"queue:{name}") return Problem.Invalid("to", "to names the queue that the caller waits in.");
        return await Change(name, call, new MoveCaller(to!), routing, grains, done);
    }

    private static async Task<IResult> Pick(string name, string call, PickRequest request, IRoutingConfiguration routing, IGrainFactory grains) =>
        request.Agent is { } agent && routing.Current.Agents.ContainsKey(agent)
            ? await Change(name, call, new PickCaller(agent), routing.Current, grains, static view => Results.Accepted($"/api/v1/calls/{view.Id}", view))
            : Problem.Invalid("agent", "agent names no agent of Agents.");

    private static async Task<IResult> Prioritise(string name, string call, PriorityRequest request, IRoutingConfiguration routing, IGrainFactory grains) =>
        request.Priority is { } priority and >= -HighestPriority and <= HighestPriority
            ? await Change(name, call, new PrioritiseCaller(priority), routing.Current, grains, static view => Results.Ok(view))
            : Problem.Invalid("priority", $"priority may hold a number from {-HighestPriority} to {HighestPriority}.");

    private static async Task<IResult> Change(string name, string call, WaitingChange change, RoutingOptions routing, IGrainFactory grains, Func<CallView, IResult> done)
    {
        if (!routing.Queues.ContainsKey(name)) return Listing.NotFound("queue", name);
        if (!Listing.IsId(call)) return Listing.NotFound("call", call);
        var result = await grains.GetGrain<ICallGrain>(call).ChangeWaiting(name, change);
        return result.Status switch
        {
            WaitingChangeStatus.Accepted => done(result.Call!),
            WaitingChangeStatus.UnknownCall => Listing.NotFound("call", call),
            WaitingChangeStatus.Offered => Problem.Conflict($"The caller of call {call} is being offered to {result.Call!.Agent}."),
            WaitingChangeStatus.UnknownAgent => Problem.Conflict($"The silo of call {call} knows no such agent: its configuration is another."),
            WaitingChangeStatus.NobodyOnLine => Problem.Conflict($"The caller of call {call} is to be called back, and can be moved to a queue only."),
            _ => Problem.Conflict($"Call {call} does not wait in {name}: its state is {result.Call!.State}{(result.Call.Queue is { } queue && queue != name ? $", its queue {queue}" : "")}."),
        };
    }
}
