using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CallCluster.Grains.Hosting;

/// <summary>Instruments of the grains, on the meter "CallCluster".</summary>
public sealed class GrainMetrics : IDisposable
{
    private readonly Meter _meter = new("CallCluster");
    private readonly ConcurrentDictionary<(Type, string), object> _watched = [];

    public GrainMetrics()
    {
        StoreFailures = _meter.CreateCounter<long>("callcluster.store.failures", "{write}", "Writes that the grain store refused; each is tried again.");
        StoreSlow = _meter.CreateCounter<long>("callcluster.store.slow", "{write}", "Writes that were not awaited to their end because they took longer than 50 ms.");
        StoreConflicts = _meter.CreateCounter<long>("callcluster.store.conflicts", "{write}", "Writes refused because another activation had written.");
        EffectFailures = _meter.CreateCounter<long>("callcluster.grain.effect.failures", "{effect}", "Messages and commands that a grain could not send.");
        RecordsWritten = _meter.CreateCounter<long>("callcluster.records.written", "{record}", "Call detail records written.");
        RecordFailures = _meter.CreateCounter<long>("callcluster.records.failures", "{attempt}", "Failed attempts to write call detail records; each is tried again.");
    }

    public Counter<long> StoreFailures { get; }

    public Counter<long> StoreSlow { get; }

    public Counter<long> StoreConflicts { get; }

    public Counter<long> EffectFailures { get; }

    public Counter<long> RecordsWritten { get; }

    public Counter<long> RecordFailures { get; }

    /// <summary>Shows what a machine knows as long as this silo's activation owns it.</summary>
    public void Watch(string key, object machine) => _watched[(machine.GetType(), key)] = machine;

    /// <summary>The activation is going: another silo's may show the machine from now on.</summary>
    public void Forget(string key, object machine) => _watched.TryRemove(new((machine.GetType(), key), machine));

    public void Dispose() => _meter.Dispose();
}
