using CallCluster.Contracts.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge;

/// <summary>Registers the edge role.</summary>
public static class EdgeServiceCollectionExtensions
{
    /// <summary>Adds an <see cref="EdgeServer"/> that starts with the host; needs <see cref="IRoutingConfiguration"/> and an Orleans client (or silo) in the container.</summary>
    public static IServiceCollection AddCallClusterEdge(this IServiceCollection services, EdgeOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider => new EdgeServer(options, provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<IRoutingConfiguration>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService(provider => provider.GetRequiredService<EdgeServer>());
        return services;
    }
}
