using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using CallCluster.Grains.Hosting;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Orleans.Hosting;
using OrleansClusterOptions = Orleans.Configuration.ClusterOptions;

namespace CallCluster.Host.Cluster;

/// <summary>The silo in this process.</summary>
internal static class SiloComposition
{
    private const int RedisSiloPort = 11111;
    private const int RedisGatewayPort = 30000;

    public static void AddSilo(this WebApplicationBuilder builder, CallClusterOptions options) => builder.UseOrleans(silo =>
    {
        silo.Configure<OrleansClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = options.Cluster.ClusterId);
        if (options.Cluster.Clustering == Clustering.Redis) UseRedis(silo, options.Cluster);
        else UseThisProcessAlone(silo, options.Cluster);
        silo.Tune(options.Cluster.Timings);
        silo.AddCallClusterGrains(grains =>
        {
            grains.RecordFile = options.Records.File;
            grains.EdgeLease = options.Cluster.Timings.EdgeLease;
            grains.IsAlone = options.Cluster.Clustering == Clustering.Localhost;
        });
    });

    private static void UseThisProcessAlone(ISiloBuilder silo, ClusterOptions cluster)
    {
        var siloPort = cluster.SiloPort is > 0 and { } port ? port : FreePort(IPAddress.Loopback);
        var gatewayPort = cluster.GatewayPort switch { null => 0, 0 => FreePort(IPAddress.Loopback), { } set => set };
        silo.ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort);
        silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, siloPort));
    }

    private static void UseRedis(ISiloBuilder silo, ClusterOptions cluster)
    {
        var address = cluster.Address is { } configured ? IPAddress.Parse(configured) : FirstAddress();
        var siloPort = cluster.SiloPort switch { null => RedisSiloPort, 0 => FreePort(address), { } set => set };
        var gatewayPort = cluster.GatewayPort switch { null => RedisGatewayPort, 0 => FreePort(address), { } set => set };
        silo.ConfigureEndpoints(address, siloPort, gatewayPort);
        silo.UseRedisClustering(redis => redis.ConfigurationOptions = RedisConnection.Options(cluster));
    }

    // Orleans has to know its port before it binds; the gap until then is short, and a clash ends the start with a clear error.
    private static int FreePort(IPAddress address)
    {
        using var listener = new TcpListener(address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static IPAddress FirstAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(address => address.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
}
