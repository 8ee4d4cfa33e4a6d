using System.Diagnostics.Metrics;

namespace CallCluster.Host.Events;

/// <summary>Instruments of the stream of events, on the meter "CallCluster".</summary>
internal sealed class EventMetrics : IDisposable
{
    private readonly Meter _meter = new("CallCluster");
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _gaps;

    public EventMetrics()
    {
        _dropped = _meter.CreateCounter<long>("callcluster.events.dropped", "{event}", "Events that this silo could not tell to the stream for so long that it dropped them.");
        _gaps = _meter.CreateCounter<long>("callcluster.events.resets", "{listener}", "Listeners who were told that events are missing, by reason.");
    }

    public void Dropped() => _dropped.Add(1);

    public void Gap(string reason) => _gaps.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Shows how many listen at this node.</summary>
    public void Watch(Func<int> listeners) => _meter.CreateObservableGauge("callcluster.events.listeners", listeners, "{listener}", "Clients that listen to the stream of events at this node.");

    public void Dispose() => _meter.Dispose();
}
