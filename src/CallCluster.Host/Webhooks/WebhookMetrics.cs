using System.Diagnostics.Metrics;

namespace CallCluster.Host.Webhooks;

/// <summary>Instruments of the webhooks, on the meter "CallCluster".</summary>
internal sealed class WebhookMetrics : IDisposable
{
    private readonly Meter _meter = new("CallCluster");
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _failures;

    public WebhookMetrics()
    {
        _deliveries = _meter.CreateCounter<long>("callcluster.webhook.deliveries", "{attempt}", "Attempts to deliver an event, by outcome.");
        _dropped = _meter.CreateCounter<long>("callcluster.webhook.dropped", "{event}", "Events that were not kept for a webhook: its outbox was full, or the receiver is gone.");
        _failures = _meter.CreateCounter<long>("callcluster.webhook.outbox.failures", "{attempt}", "Failed attempts to write the outbox; each is tried again.");
    }

    public void Delivery(string webhook, DeliveryOutcome outcome) => _deliveries.Add(1, new("webhook", webhook), new("outcome", outcome.ToString()));

    public void Dropped(string webhook, int events, string reason) => _dropped.Add(events, new("webhook", webhook), new("reason", reason));

    public void OutboxFailed(string webhook) => _failures.Add(1, new KeyValuePair<string, object?>("webhook", webhook));

    /// <summary>Shows what waits for each webhook.</summary>
    public void Watch(IReadOnlyCollection<Webhook> webhooks)
    {
        _meter.CreateObservableGauge("callcluster.webhook.waiting", () => webhooks.Select(webhook => new Measurement<long>(webhook.Waiting, new KeyValuePair<string, object?>("webhook", webhook.Name))),
            "{event}", "Events that wait to be delivered.");
        _meter.CreateObservableGauge("callcluster.webhook.oldest.age", () => webhooks.Select(webhook => new Measurement<double>(webhook.OldestAge.TotalSeconds, new KeyValuePair<string, object?>("webhook", webhook.Name))),
            "s", "How long ago the oldest event happened that waits to be delivered; 0 when none does.");
    }

    public void Dispose() => _meter.Dispose();
}
