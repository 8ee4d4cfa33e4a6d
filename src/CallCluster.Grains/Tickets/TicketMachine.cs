using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Tickets;

/// <summary>One ticket (I5): stored once however often the call asks, and confirmed to the call each time. Its host confirms only what the store has taken.</summary>
public sealed class TicketMachine(TicketState? stored) : Machine<TicketMessage>
{
    public TicketState State { get; } = stored ?? new TicketState();

    public override DateTimeOffset? NextDue => null;

    public override void Handle(TicketMessage message, DateTimeOffset now, Effects effects)
    {
        if (message is not StoreTicket { Ticket: var ticket }) return;

        // What people have done about the ticket stays; only the call knows the rest.
        if (State.Ticket is { } known) ticket = ticket with { Status = known.Status };
        State.Ticket = ticket;
        effects.Persist();
        effects.ToCall(ticket.CallId, new TicketStored(ticket.Id));
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
    }
}
