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
        State.Ticket = State.Ticket is { } known
            ? ticket with { Status = known.Status, ClaimedBy = known.ClaimedBy, Version = known.Version }
            : ticket with { Version = now.UtcTicks };
        effects.Persist();
        effects.ToCall(ticket.CallId, new TicketStored(ticket.Id));
    }

    /// <summary>What people do about it: <see cref="ITicketGrain.Change"/>.</summary>
    public TicketChangeOutcome Change(TicketStatus status, string? by, DateTimeOffset now, Effects effects)
    {
        if (State.Ticket is not { } ticket) return TicketChangeOutcome.UnknownTicket;
        if (status == TicketStatus.Claimed && ticket.Status == TicketStatus.Done) return TicketChangeOutcome.DoneAlready;
        if (status == TicketStatus.Claimed && ticket.Status == TicketStatus.Claimed && ticket.ClaimedBy != by) return TicketChangeOutcome.ClaimedAlready;
        if (status == ticket.Status) return TicketChangeOutcome.Accepted;
        State.Ticket = ticket with
        {
            Status = status,
            ClaimedBy = status switch
            {
                TicketStatus.Claimed => by,
                TicketStatus.Done => ticket.ClaimedBy,
                _ => null,
            },
            // By the clock, so that it rises also when the store lost a change.
            Version = Math.Max(ticket.Version + 1, now.UtcTicks),
        };
        effects.Persist();
        return TicketChangeOutcome.Accepted;
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
    }
}
