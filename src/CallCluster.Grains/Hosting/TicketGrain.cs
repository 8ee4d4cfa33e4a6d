using System.Text.Json;
using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Events;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Machines;
using CallCluster.Grains.Records;
using CallCluster.Grains.Tickets;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="TicketMachine"/>. Nobody asks a ticket for long after its call, and there may be very many: the store keeps each in a fifth of what an activation takes.</summary>
[CollectionAgeLimit(Minutes = 2)]
public sealed class TicketGrain(GrainServices services) : StoredMachineGrain<TicketMachine, TicketMessage, TicketState>(services, "ticket"), ITicketGrain
{
    // A confirmed ticket must not be lost (I5); the call asks again until it is confirmed.
    protected override bool SendsOnlyWhenWritten => true;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => EnsureLoaded();

    public async Task Post(TicketMessage message)
    {
        await Handle(message);
        if (message is not TicketAnnounced) Tell();
    }

    public async Task<bool> Keep(Ticket ticket)
    {
        await EnsureLoaded();
        if (Blind)
        {
            Unload();
            return false;
        }

        Machine!.Keep(ticket, Now, Effects);
        await EndTurn();
        Tell();
        return Machine is not null && Written;
    }

    public async Task<TicketChange> Change(TicketStatus status, string? by)
    {
        await EnsureLoaded();
        if (Blind)
        {
            Unload();
            return new TicketChange(TicketChangeOutcome.NotStored, null);
        }

        var outcome = Machine!.Change(status, by, Now, Effects);
        await EndTurn();
        // Another activation that changed it at the same time, or a store that has not taken it: only what is stored is a claim.
        if (Machine is not { } machine || !Written) return new TicketChange(TicketChangeOutcome.NotStored, null);
        // Also when nothing changed: what was told before may have been lost.
        if (outcome == TicketChangeOutcome.Accepted) TellBox(machine.State.Ticket!);
        return new TicketChange(outcome, machine.State.Ticket);
    }

    public async Task<Ticket?> View()
    {
        await EnsureLoaded();
        return Machine!.State.Ticket;
    }

    protected override void SendOwn(in Effect effect)
    {
        if (effect.Kind == EffectKind.Announce) _ = Announce((TicketNews)effect.Payload!);
        else base.SendOwn(effect);
    }

    private async Task Announce(TicketNews news)
    {
        try
        {
            if (Services.Outbox.Wants(news.Kind))
                await Services.Outbox.Add(new ClusterEvent(news.Id, news.Kind, news.Ticket.Id, news.At, JsonSerializer.SerializeToUtf8Bytes(news.Ticket, FactJson.Default.Ticket)));
        }
        catch (OperationCanceledException)
        {
            // The silo stops: the next activation announces it.
            return;
        }
        _ = Services.Tickets[Key].Post(new TicketAnnounced(news.Id));
    }

    protected override Task OnStored() => Machine!.State.Ticket is null ? Task.CompletedTask : Services.TicketFiles.Write(Machine.State);

    private void Tell()
    {
        if (Machine?.State.Ticket is not { } ticket) return;
        _ = Services.Grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Tickets).Add(ticket.Id);
        TellBox(ticket);
    }

    private void TellBox(Ticket ticket) => _ = Services.Grains.GetGrain<IBoxGrain>(ticket.Box).Post(new TicketChanged(ticket.Id, ticket.Status, ticket.Version));

    protected override TicketMachine Create(TicketState? stored) => new(stored);

    protected override TicketState? StateOf(TicketMachine machine) => machine.State;
}
