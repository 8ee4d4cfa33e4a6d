using CallCluster.Edge;
using CallCluster.Host.Api.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace CallCluster.Host.Health;

/// <summary>What an orchestrator asks: restart me (live), send me calls (ready), am I still starting (startup). 200 or 503 with the reason.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/healthz").ExcludeFromDescription().NeedsNoKey();
        health.MapGet("/live", static (HttpContext http) => Answer(Dead(http.RequestServices)));
        health.MapGet("/ready", static (HttpContext http) => Answer(NotReady(http.RequestServices)));
        health.MapGet("/startup", static (HttpContext http) => Answer(NotStarted(http.RequestServices)));
    }

    // Only what a restart heals: the cluster has declared this silo dead and it will not come back by itself.
    private static string? Dead(IServiceProvider services) =>
        services.GetService<ISiloStatusOracle>()?.CurrentStatus == SiloStatus.Dead ? "the cluster has declared this silo dead" : null;

    private static string? NotStarted(IServiceProvider services) =>
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested ? null : "starting";

    private static string? NotReady(IServiceProvider services)
    {
        if (NotStarted(services) is { } starting) return starting;
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested) return "stopping";
        if (services.GetService<ISiloStatusOracle>() is { CurrentStatus: not SiloStatus.Active and var status }) return $"the silo is {status}, not Active";
        return services.GetService<EdgeServer>() switch
        {
            { IsDraining: true } edge => $"draining, {edge.Calls} calls left",
            { IsReady: false } => "the edge's lease is not renewed: the silos do not answer",
            _ => null,
        };
    }

    private static IResult Answer(string? fault) => fault is null ? Results.Text("ok\n") : Results.Text(fault + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
}
