using CallCluster.Contracts.Tickets;

namespace CallCluster.Grains.Tickets;

/// <summary>What is stored of a ticket.</summary>
[GenerateSerializer, Alias("TicketState")]
public sealed class TicketState
{
    [Id(0)] public Ticket? Ticket { get; set; }
}
