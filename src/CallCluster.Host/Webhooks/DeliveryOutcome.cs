namespace CallCluster.Host.Webhooks;

/// <summary>What became of one attempt to deliver an event.</summary>
internal enum DeliveryOutcome
{
    /// <summary>2xx: never sent again.</summary>
    Acknowledged,

    /// <summary>The receiver is there and does not want this event as it is (3xx, 4xx): tried again later, the others go on.</summary>
    Refused,

    /// <summary>No answer in time, 408, 425, 429 or 5xx: nothing is sent for a while.</summary>
    Failed,

    /// <summary>410: nothing more is sent until the next start.</summary>
    Gone,
}
