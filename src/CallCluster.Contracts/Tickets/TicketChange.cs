namespace CallCluster.Contracts.Tickets;

/// <summary>What became of a change of a ticket.</summary>
/// <param name="Outcome">Whether it is done.</param>
/// <param name="Ticket">The ticket as it is then; null when it is not known.</param>
[GenerateSerializer, Immutable, Alias("TicketChange")]
public sealed record TicketChange([property: Id(0)] TicketChangeOutcome Outcome, [property: Id(1)] Ticket? Ticket);

/// <summary>Outcomes of a change of a ticket.</summary>
public enum TicketChangeOutcome
{
    /// <summary>The ticket is as asked for, and stored so.</summary>
    Accepted,

    /// <summary>No such ticket is known.</summary>
    UnknownTicket,

    /// <summary>Another agent has taken it on.</summary>
    ClaimedAlready,

    /// <summary>It is done: it can be opened again, but not claimed.</summary>
    DoneAlready,

    /// <summary>The store does not answer at present: whether it holds is open, and to ask the same again is safe.</summary>
    NotStored,
}
