using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Orleans.Hosting;
using OrleansClusterOptions = Orleans.Configuration.ClusterOptions;

namespace CallCluster.Host.Cluster;

/// <summary>The client by which an edge alone reaches the silos.</summary>
internal static class ClientComposition
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public static void AddClusterClient(this WebApplicationBuilder builder, CallClusterOptions options) => builder.UseOrleansClient(client =>
    {
        client.Configure<OrleansClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = options.Cluster.ClusterId);
        client.UseRedisClustering(redis => redis.ConfigurationOptions = RedisConnection.Options(options.Cluster));
        client.Tune(options.Cluster.Timings);

        // An edge that starts before its silos waits for them; until then it is not ready.
        client.UseConnectionRetryFilter(async (_, cancellationToken) =>
        {
            await Task.Delay(RetryAfter, cancellationToken);
            return true;
        });
    });
}
