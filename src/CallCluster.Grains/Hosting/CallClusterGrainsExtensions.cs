using CallCluster.Grains.Events;
using CallCluster.Grains.Records;
using CallCluster.Grains.Tickets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace CallCluster.Grains.Hosting;

/// <summary>Registers the grains in a silo.</summary>
public static class CallClusterGrainsExtensions
{
    /// <summary>Adds what the grains need but the routing configuration, which the caller registers as <see cref="Contracts.Configuration.IRoutingConfiguration"/>.</summary>
    public static ISiloBuilder AddCallClusterGrains(this ISiloBuilder builder, Action<GrainOptions>? configure = null)
    {
        var options = new GrainOptions();
        configure?.Invoke(options);
        builder.Services.AddSingleton(options);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<GrainMetrics>();
        builder.Services.TryAddSingleton<GrainServices>();
        builder.Services.TryAddSingleton<TicketFiles>();
        builder.AddStartupTask<TicketRestoration>();
        builder.Services.TryAddSingleton(CreateRecordSink);
        builder.Services.TryAddSingleton<IEventOutbox, NullEventOutbox>();
        builder.Services.AddHostedService<CallbackWaker>();
        if (options.IsAlone) builder.Services.AddKeyedSingleton<IGrainStorage>(GrainServices.StorageName, static (services, _) => new ProcessGrainStorage(services.GetRequiredService<Serializer>()));
        else builder.AddGrainMemoryStorage();
        return builder;
    }

    // The default serializer of grain storage is Newtonsoft's JSON: several times the cost of a whole grain message.
    private static void AddGrainMemoryStorage(this ISiloBuilder builder) =>
        builder.AddMemoryGrainStorage(GrainServices.StorageName, options => options.Configure<Serializer>(
            static (storage, serializer) => storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer)));

    private static ICallRecordSink CreateRecordSink(IServiceProvider services) => services.GetRequiredService<GrainOptions>().RecordFile is { } file
        ? new JsonLinesCallRecordSink(file, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<GrainMetrics>(), services.GetRequiredService<ILogger<JsonLinesCallRecordSink>>())
        : new NullCallRecordSink();
}
