using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Records;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace CallCluster.Grains.Hosting;

/// <summary>What every grain's host needs, one per silo.</summary>
public sealed class GrainServices(IGrainFactory grains, IRoutingConfiguration routing, GrainOptions options, TimeProvider time, GrainMetrics metrics,
    ICallRecordSink records, ILoggerFactory loggers, [FromKeyedServices(GrainServices.StorageName)] IGrainStorage storage)
{
    /// <summary>The name under which the grains' storage provider is registered.</summary>
    public const string StorageName = "callcluster";

    public IGrainFactory Grains { get; } = grains;

    public IRoutingConfiguration Routing { get; } = routing;

    public GrainOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public GrainMetrics Metrics { get; } = metrics;

    public ICallRecordSink Records { get; } = records;

    public IGrainStorage Storage { get; } = storage;

    public ILogger Logger { get; } = loggers.CreateLogger("CallCluster.Grains");

    public DateTimeOffset Now => Time.GetUtcNow();
}
