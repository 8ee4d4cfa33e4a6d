using CallCluster.Contracts.Tickets;

namespace CallCluster.Grains.Boxes;

/// <summary>What is stored of a voicemail box.</summary>
[GenerateSerializer, Alias("BoxState")]
public sealed class BoxState
{
    /// <summary>See <see cref="Contracts.Boxes.BoxSummary.Version"/>.</summary>
    [Id(1)] public long Version { get; set; }

    /// <summary>Tickets that are not done.</summary>
    [Id(2)] public Dictionary<string, WaitingTicket> Waiting { get; set; } = [];
}

/// <summary>A ticket that is not done.</summary>
/// <param name="Status">Open or claimed.</param>
/// <param name="Version">The change that made it so.</param>
[GenerateSerializer, Immutable, Alias("WaitingTicket")]
public sealed record WaitingTicket([property: Id(0)] TicketStatus Status, [property: Id(1)] long Version);
