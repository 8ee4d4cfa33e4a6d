using CallCluster.Contracts.Closures;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Problems;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/queues</summary>
internal static class QueueEndpoints
{
    private const int LongestReason = 100;

    public static void MapQueues(this RouteGroupBuilder api)
    {
        var queues = api.MapGroup("/queues").WithTags("queues").Needs(ApiRole.Read, AgentAccess.OwnQueue);
        queues.MapGet("", static (int? limit, string? cursor, HttpContext http, IRoutingConfiguration routing, IGrainFactory grains) =>
            Listing.Page<QueueView>(http, Listing.Names(routing.Current.Queues.Keys, cursor), limit, async name => await grains.GetGrain<IQueueGrain>(name).View()))
            .WithSummary("Queues by name, with who waits.").ProducesProblem(StatusCodes.Status400BadRequest);
        queues.MapGet("/{name}", static async (string name, IRoutingConfiguration routing, IGrainFactory grains) =>
            routing.Current.Queues.ContainsKey(name) ? Results.Ok(await grains.GetGrain<IQueueGrain>(name).View()) : Listing.NotFound("queue", name))
            .WithSummary("One queue.").Produces<QueueView>().ProducesProblem(StatusCodes.Status404NotFound);
        queues.MapGet("/{name}/closure", static async (string name, IRoutingConfiguration routing, IGrainFactory grains) =>
            routing.Current.Queues.ContainsKey(name) ? Results.Ok(await grains.GetGrain<IClosureGrain>(name).View()) : Listing.NotFound("queue", name))
            .WithSummary("Whether a queue is closed by hand.").Produces<Closure>().ProducesProblem(StatusCodes.Status404NotFound);
        queues.MapPut("/{name}/closure", Close).Needs(ApiRole.Supervisor)
            .WithSummary("Closes a queue at once, whatever its hours say, or opens it again: new callers and those who wait leave by its overflow rules, among them Closed.").Produces<Closure>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> Close(string name, ClosureChange change, IRoutingConfiguration routing, IGrainFactory grains)
    {
        if (!routing.Current.Queues.TryGetValue(name, out var queue)) return Listing.NotFound("queue", name);
        if (change.Closed is not { } closed) return Problem.Invalid("closed", "closed may hold true or false.");
        if (closed ? change.Reason is not { Length: > 0 and <= LongestReason } reason || reason.Any(char.IsControl) : change.Reason is not null)
            return Problem.Invalid("reason", $"reason may hold 1 to {LongestReason} printable characters, and belongs to closed true alone.");
        if (closed && !queue.Overflow.Any(rule => rule.When == OverflowCondition.Closed))
            return Problem.Conflict($"Queue {name} has no Overflow rule with When Closed: its callers would have nowhere to go.");
        return Results.Ok(await grains.GetGrain<IClosureGrain>(name).Set(closed, change.Reason));
    }
}
