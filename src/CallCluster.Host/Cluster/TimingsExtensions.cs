using CallCluster.Host.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;

namespace CallCluster.Host.Cluster;

/// <summary>Hands <see cref="ClusterTimings"/> to Orleans's own options.</summary>
internal static class TimingsExtensions
{
    // Orleans's default of a million reserves 9 MB for each of two tables before the first call, and keeps the address of every call that has ended. A call's grain is looked up
    // by its queue, agents and trunk only: this many of the last ones are at hand, and an older one costs a question to the directory.
    private const int DirectoryCacheEntries = 20_000;

    public static void Tune(this ISiloBuilder silo, ClusterTimings timings)
    {
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = timings.ProbeTimeout;
            membership.MinProbeTimeout = timings.MinProbeTimeout;
            membership.MaxProbeTimeout = timings.MaxProbeTimeout;
            membership.NumMissedProbesLimit = timings.MissedProbes;
            membership.NumVotesForDeathDeclaration = timings.Votes;
            membership.TableRefreshTimeout = timings.TableRefresh;
            membership.IAmAliveTablePublishTimeout = timings.IAmAlive;
        });
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = timings.ResponseTimeout);
        silo.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = timings.ResponseTimeout); // the client inside the silo

#pragma warning disable ORLEANSEXP003 // The default directory also moves healthy calls when a silo dies (facts/orleans.md).
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        silo.Configure<GrainDirectoryOptions>(directory => (directory.RangeLeaseDuration, directory.CacheSize) = (timings.RangeLease, DirectoryCacheEntries));
    }

    public static void Tune(this IClientBuilder client, ClusterTimings timings)
    {
        client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = timings.ResponseTimeout);
        client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = timings.GatewayRefresh);
    }
}
