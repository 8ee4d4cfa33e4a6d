using CallCluster.Contracts.Tickets;

namespace CallCluster.Contracts.Boxes;

/// <summary>One-way message to a BoxGrain.</summary>
[GenerateSerializer, Immutable, Alias("BoxMessage")]
public abstract record BoxMessage;

/// <summary>TicketGrain: a ticket of the box was stored, or its status changed. May come again, and after a newer one.</summary>
/// <param name="TicketId">The ticket.</param>
/// <param name="Status">Its status.</param>
/// <param name="Version"><see cref="Ticket.Version"/>: the highest counts.</param>
[GenerateSerializer, Immutable, Alias("TicketChanged")]
public sealed record TicketChanged([property: Id(0)] string TicketId, [property: Id(1)] TicketStatus Status, [property: Id(2)] long Version) : BoxMessage;
