using CallCluster.Contracts.Configuration;
using CallCluster.Host.Api;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Cluster;
using CallCluster.Host.Commands;
using CallCluster.Host.Configuration;
using CallCluster.Host.Edges;
using CallCluster.Host.Events;
using CallCluster.Host.Health;
using CallCluster.Host.Telemetry;
using CallCluster.Host.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CallCluster.Host;

/// <summary>The composition root.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => CommandLine.Invoke(args);

    /// <summary>Puts a process of a role together. Nothing is bound or connected before it starts.</summary>
    /// <param name="role">What the process does.</param>
    /// <param name="options">A valid configuration.</param>
    /// <param name="reader">Where it came from, to read it again when it changes.</param>
    /// <param name="withSignals">SIGTERM drains and SIGINT stops it; else its owner does.</param>
    public static WebApplication Compose(Role role, CallClusterOptions options, ConfigurationReader reader, bool withSignals = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "callcluster" });

        builder.AddLogging(options.Log);
        builder.AddMetrics();
        builder.AddRoutingConfiguration(options, reader);
        if (role is Role.All or Role.Silo)
        {
            builder.AddWebhooks(options);
            builder.AddSilo(options);
            builder.AddEventFeed();
        }
        else
        {
            builder.AddClusterClient(options);
        }
        if (role is Role.All or Role.Edge) builder.AddEdge(options);
        builder.AddHttp(options.Api);
        builder.AddEventRelay();
        builder.Services.AddSingleton<IHostLifetime>(services => withSignals ? ActivatorUtilities.CreateInstance<SignalLifetime>(services) : new OwnedLifetime());

        var app = builder.Build();
        app.UseHttp();
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint("/metrics").NeedsNoKey();
        app.MapApi(role);
        return app;
    }

    private static void AddRoutingConfiguration(this WebApplicationBuilder builder, CallClusterOptions options, ConfigurationReader reader)
    {
        var routing = new RoutingConfiguration(options.ToRouting());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IRoutingConfiguration>(routing);
        builder.Services.AddSingleton(routing);
        builder.Services.AddSingleton(reader);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<ConfigurationReload>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ConfigurationReload>());
    }
}
