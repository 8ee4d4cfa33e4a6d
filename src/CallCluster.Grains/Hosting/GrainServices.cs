using CallCluster.Contracts;
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Callbacks;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Closures;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Tickets;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Events;
using CallCluster.Grains.Records;
using CallCluster.Grains.Tickets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace CallCluster.Grains.Hosting;

/// <summary>What every grain's host needs, one per silo.</summary>
public sealed class GrainServices(IGrainFactory grains, IRoutingConfiguration routing, GrainOptions options, TimeProvider time, GrainMetrics metrics,
    ICallRecordSink records, IEventOutbox outbox, ILoggerFactory loggers, [FromKeyedServices(GrainServices.StorageName)] IGrainStorage storage, TicketFiles ticketFiles)
{
    /// <summary>The name under which the grains' storage provider is registered.</summary>
    public const string StorageName = "callcluster";

    public IGrainFactory Grains { get; } = grains;

    public GrainKind<ICallGrain> Calls { get; } = new(grains);

    public GrainKind<IQueueGrain> Queues { get; } = new(grains);

    public GrainKind<IAgentGrain> Agents { get; } = new(grains);

    public GrainKind<ITrunkGrain> Trunks { get; } = new(grains);

    public GrainKind<IEdgeGrain> Edges { get; } = new(grains);

    public GrainKind<IClosureGrain> Closures { get; } = new(grains);

    public GrainKind<ICallbacksGrain> Callbacks { get; } = new(grains);

    public GrainKind<ITicketGrain> Tickets { get; } = new(grains);

    public IRoutingConfiguration Routing { get; } = routing;

    public GrainOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public GrainMetrics Metrics { get; } = metrics;

    public ICallRecordSink Records { get; } = records;

    public IEventOutbox Outbox { get; } = outbox;

    public IGrainStorage Storage { get; } = storage;

    public TicketFiles TicketFiles { get; } = ticketFiles;

    public ILogger Logger { get; } = loggers.CreateLogger("CallCluster.Grains");

    public DateTimeOffset Now => Time.GetUtcNow();
}
