using CallCluster.Contracts.Events;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Problems;
using CallCluster.Host.Configuration;
using CallCluster.Host.Events;
using CallCluster.Host.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/events, at every node.</summary>
internal static class EventEndpoints
{
    private const string LastEventId = "Last-Event-ID";

    public static void MapEvents(this RouteGroupBuilder api) => api.MapGet("/events", Listen).WithTags("events").Needs(ApiRole.Read, AgentAccess.Filtered)
        .WithSummary("What happens in the cluster, as server-sent events, from now on or from the Last-Event-ID that a client has seen. An event of type reset says that some are missing before it: read the lists anew. To an agent, the own calls and the own presence.")
        .Produces<string>(StatusCodes.Status200OK, EventResponse.ContentType).ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task Listen([FromQuery] string[]? type, [FromQuery] string[]? subject, [FromHeader(Name = LastEventId)] string? lastEventId, HttpContext http, ApiCaller caller,
        EventRelay relay, EventMetrics metrics, CallClusterOptions options, TimeProvider clock, IHostApplicationLifetime application)
    {
        var filter = new EventFilter(type ?? [], subject ?? [], caller);
        var after = (StreamPosition?)null;
        // An id that is none of ours is one of a stream that is not known any more.
        if (!string.IsNullOrEmpty(lastEventId)) after = StreamPosition.TryParse(lastEventId, out var position) && position != default ? position : new StreamPosition(-1, 0);
        if (!relay.TryJoin())
        {
            await Problem.Of(ProblemKind.TooManyListeners, $"{EventRelay.MostListeners} clients listen at this node: ask another, or later.").ExecuteAsync(http);
            return;
        }
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, application.ApplicationStopping);
        try
        {
            await new EventResponse(relay, filter, after, CloudEvent.SourceOf(options.Cluster), metrics, clock).Write(http, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client has gone, or is told to come back by the connection's end.
        }
        finally
        {
            relay.Leave();
        }
    }
}
