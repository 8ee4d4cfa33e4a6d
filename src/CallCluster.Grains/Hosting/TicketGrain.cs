using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Tickets;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="TicketMachine"/>.</summary>
public sealed class TicketGrain(GrainServices services) : StoredMachineGrain<TicketMachine, TicketMessage, TicketState>(services, "ticket"), ITicketGrain
{
    // A confirmed ticket must not be lost (I5); the call asks again until it is confirmed.
    protected override bool SendsOnlyWhenWritten => true;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => EnsureLoaded();

    public async Task Post(TicketMessage message)
    {
        await Handle(message);
        if (Machine?.State.Ticket is not { } ticket) return;
        _ = Services.Grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Tickets).Add(ticket.Id);
        _ = Services.Grains.GetGrain<IBoxGrain>(ticket.Box).Post(new TicketChanged(ticket.Id, ticket.Status));
    }

    public async Task<Ticket?> View()
    {
        await EnsureLoaded();
        return Machine!.State.Ticket;
    }

    protected override TicketMachine Create(TicketState? stored) => new(stored);

    protected override TicketState? StateOf(TicketMachine machine) => machine.State;
}
