using System.Net;
using System.Text.Json.Serialization;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Idempotency;
using CallCluster.Host.Api.Problems;
using CallCluster.Host.Cluster;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CallCluster.Host.Api;

/// <summary>The HTTP port and the API on it.</summary>
internal static class ApiComposition
{
    /// <summary>Bytes that the body of a request may have.</summary>
    public const int LargestBody = 64 * 1024;

    /// <summary>The port, bound to Api:Listen.</summary>
    public static void AddHttp(this WebApplicationBuilder builder, ApiOptions options)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Listen(ListenAddress.ParseHttp(options.Listen));
        });
        builder.Services.AddRouting();
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problem.Name);
        builder.Services.AddExceptionHandler<ApiExceptionHandler>();
        builder.Services.AddApiDescription();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<ApiKeys>();
        builder.Services.AddSingleton<FailedTries>();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
    }

    /// <summary>What every request passes: errors as problem+json, then the key, then writes that are made once.</summary>
    public static void UseHttp(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseMiddleware<ApiKeyGate>();
        app.UseMiddleware<IdempotentWrites>();
    }

    /// <summary>/api/v1 and its description; at an edge alone, its events.</summary>
    public static void MapApi(this WebApplication app, Role role)
    {
        var api = app.MapGroup("/api/v1");
        api.MapEvents();
        if (role == Role.Edge) return;
        api.MapCalls();
        api.MapPlacedCalls();
        api.MapConversation();
        api.MapSupervision();
        api.MapQueues();
        api.MapWaitingCallers();
        api.MapAgents();
        api.MapTrunks();
        api.MapEdges();
        api.MapTickets();
        api.MapVoicemails();
        app.MapOpenApi("/openapi/{documentName}.json").Needs(ApiRole.Read, AgentAccess.Filtered);
    }
}
