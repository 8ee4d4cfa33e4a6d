using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Problems;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/agents</summary>
internal static class AgentEndpoints
{
    private const int LongestReason = 100;
    private static readonly TimeSpan LongestWrapUp = TimeSpan.FromHours(1);
    private static readonly Presence[] Settable = [Presence.Available, Presence.Away, Presence.Offline, Presence.WrapUp];

    public static void MapAgents(this RouteGroupBuilder api)
    {
        var agents = api.MapGroup("/agents").WithTags("agents").Needs(ApiRole.Read, AgentAccess.Self);
        agents.MapGet("", List).WithSummary("Agents by id, with presence and calls; of a queue, or in a presence.").ProducesProblem(StatusCodes.Status400BadRequest);
        agents.MapGet("/{id}", static async (string id, IRoutingConfiguration routing, IGrainFactory grains) =>
            routing.Current.Agents.ContainsKey(id) ? Results.Ok(await grains.GetGrain<IAgentGrain>(id).View()) : Listing.NotFound("agent", id))
            .WithSummary("One agent.").Produces<AgentView>().ProducesProblem(StatusCodes.Status404NotFound);
        agents.MapPut("/{id}/presence", SetPresence)
            .Needs(ApiRole.Supervisor, AgentAccess.Self).WithSummary("Sets an agent's presence: in a call, for after it. Available ends wrap-up and NotResponding; WrapUp, with for, lengthens or shortens the wrap-up that runs (409 when none does).")
            .Produces<AgentView>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static Task<IReadOnlyList<AgentView>> List(int? limit, string? cursor, string? queue, string? presence, HttpContext http, IRoutingConfiguration routing, IGrainFactory grains)
    {
        var wanted = Choice.ParseFilter<Presence>("presence", presence);
        var ids = routing.Current.Agents.Where(agent => queue is null || agent.Value.Queues.Any(serves => serves.Name == queue)).Select(agent => agent.Key);
        return Listing.Page<AgentView>(http, Listing.Names(ids, cursor), limit, async id => await grains.GetGrain<IAgentGrain>(id).View(), agent => wanted is null || agent.Presence == wanted);
    }

    private static async Task<IResult> SetPresence(string id, PresenceChange change, IRoutingConfiguration routing, IGrainFactory grains)
    {
        if (!routing.Current.Agents.ContainsKey(id)) return Listing.NotFound("agent", id);
        var errors = new FieldErrors();
        if (!Choice.TryParse<Presence>(change.Presence, out var presence) || !Settable.Contains(presence)) errors.Add("presence", $"presence may hold {string.Join(", ", Settable)}.");
        if (change.Reason is { } reason && (reason.Length is 0 or > LongestReason || reason.Any(char.IsControl))) errors.Add("reason", $"reason may hold 1 to {LongestReason} printable characters.");
        if (presence == Presence.WrapUp ? change.For is not { } time || time < TimeSpan.FromSeconds(1) || time > LongestWrapUp : change.For is not null)
            errors.Add("for", "for may be 00:00:01 to 01:00:00, and belongs to WrapUp alone.");
        if (presence == Presence.WrapUp && change.Reason is not null) errors.Add("reason", "reason does not belong to WrapUp.");
        if (errors.Any) return errors.ToResult();
        var agent = grains.GetGrain<IAgentGrain>(id);
        if (presence != Presence.WrapUp) return Results.Ok(await agent.SetPresence(presence, change.Reason));
        return await agent.ExtendWrapUp(change.For!.Value) is { } view ? Results.Ok(view) : Problem.Conflict($"Agent {id} is in no wrap-up.");
    }
}
