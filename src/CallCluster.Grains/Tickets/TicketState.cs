using CallCluster.Contracts.Tickets;

namespace CallCluster.Grains.Tickets;

/// <summary>What is stored of a ticket.</summary>
[GenerateSerializer, Alias("TicketState")]
public sealed class TicketState
{
    [Id(0)] public Ticket? Ticket { get; set; }

    /// <summary>The outbox (PROTOCOL rule 21): what the silo's outbox has not taken over yet, oldest first.</summary>
    [Id(80)] public List<TicketNews> News { get; set; } = [];
}
