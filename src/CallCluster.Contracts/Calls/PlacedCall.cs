namespace CallCluster.Contracts.Calls;

/// <summary>A call that begins at our side: whom it is made to, and how. Whoever answers is then led through the call's destination as if they had called.</summary>
[GenerateSerializer, Immutable, Alias("PlacedCall")]
public sealed record PlacedCall
{
    /// <summary>The destination outside, <c>tel:NUMBER</c> or <c>sip:URI</c>, that <c>Outbound:Allow</c> permits.</summary>
    [Id(0)] public required string To { get; init; }

    /// <summary>Number shown there; null for <c>Outbound:CallerId</c>.</summary>
    [Id(1)] public string? CallerId { get; init; }

    /// <summary>How long it may ring there; null for <c>Outbound:RingTimeout</c>.</summary>
    [Id(2)] public TimeSpan? Timeout { get; init; }

    /// <summary>The agent who is rung first, and only then <see cref="To"/>; null when <see cref="To"/> is called first.</summary>
    [Id(3)] public string? Agent { get; init; }

    /// <summary>The ticket that the call is made for.</summary>
    [Id(4)] public string? Ticket { get; init; }

    /// <summary>The ticket's version by which <see cref="Agent"/> has claimed it for this call.</summary>
    [Id(710)] public long TicketVersion { get; init; }
}
