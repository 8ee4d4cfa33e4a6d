using CallCluster.Contracts.Events;
using CallCluster.Contracts.Tickets;

namespace CallCluster.Grains.Tickets;

/// <summary>An entry of a ticket's outbox: what is to be told, with the ticket as it was then.</summary>
[GenerateSerializer, Immutable, Alias("TicketNews")]
public sealed record TicketNews([property: Id(80)] string Id, [property: Id(81)] EventKind Kind, [property: Id(82)] DateTimeOffset At, [property: Id(83)] Ticket Ticket);

/// <summary>A silo: this ticket is on disk, with what was not told of it yet; what the grain knows better stays. The same again changes nothing.</summary>
[GenerateSerializer, Immutable, Alias("TicketFound")]
public sealed record TicketFound([property: Id(0)] Ticket Ticket, [property: Id(730)] TicketNews[] Untold) : TicketMessage;

/// <summary>The ticket's host tells itself, as a turn of its own, that the silo's outbox has an entry.</summary>
[GenerateSerializer, Immutable, Alias("TicketAnnounced")]
public sealed record TicketAnnounced([property: Id(80)] string NewsId) : TicketMessage;
