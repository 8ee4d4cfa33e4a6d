using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Edges;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Problems;
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
        calls.MapGet("", List).WithSummary("Calls that are going on, by edge and id; in a state, of a queue, with an agent. To an agent, the own.").ProducesProblem(StatusCodes.Status400BadRequest);
        calls.MapGet("/{id}", static async (string id, ApiCaller caller, IGrainFactory grains) =>
        {
            var call = Listing.IsId(id) ? await grains.GetGrain<ICallGrain>(id).View() : null;
            return Listing.One(caller.Sees(call?.Agent) || caller.Sees(call?.Transfer?.By) ? call : null, "call", id);
        })
            .WithSummary("One call that is going on; to an agent, one of the own or one that the agent has transferred.").Produces<CallView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IReadOnlyList<CallView>> List(int? limit, string? cursor, string? state, string? queue, string? agent, HttpContext http, ApiCaller caller, IGrainFactory grains)
    {
        var wanted = Choice.ParseFilter<CallState>("state", state);
        var keys = caller.Agent is { } own ? [.. (await grains.GetGrain<IAgentGrain>(own).View()).Calls.Select(id => Key("", id))] : await Keys(ListCursor.Read(cursor), grains);
        return await Listing.Page(http, keys, limit, key => grains.GetGrain<ICallGrain>(key[(key.IndexOf(' ') + 1)..]).View(),
            call => (wanted is null || call.State == wanted) && (queue is null || call.Queue == queue) && (agent is null || call.Agent == agent));
    }

    /// <summary>Who carries calls knows which: the edges are asked, in the order of their ids, until there are enough for a page.</summary>
    private static async Task<string[]> Keys(string? after, IGrainFactory grains)
    {
        var (afterEdge, afterCall) = ("", "");
        if (after is not null) (afterEdge, afterCall) = after.Split(' ') is [var edgeId, var callId] ? (edgeId, callId) : throw new FieldException("cursor", "cursor is none that a list has given.");
        var keys = new List<string>();
        foreach (var edge in (await grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Edges).List(Listing.MostLimit)).Order(StringComparer.Ordinal))
        {
            if (string.CompareOrdinal(edge, afterEdge) < 0) continue;
            var ids = await grains.GetGrain<IEdgeGrain>(edge).Calls(edge == afterEdge ? afterCall : "", Listing.MostAsked + 1 - keys.Count);
            keys.AddRange(ids.Select(id => Key(edge, id)));
            if (keys.Count > Listing.MostAsked) break;
        }
        return [.. keys];
    }

    private static string Key(string edge, string call) => $"{edge} {call}";
}
