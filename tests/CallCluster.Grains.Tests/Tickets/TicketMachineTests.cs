using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Tickets;

namespace CallCluster.Grains.Tests.Tickets;

public sealed class TicketMachineTests
{
    [Fact]
    public void A_ticket_is_confirmed_each_time_it_is_stored_and_keeps_what_people_did_about_it()
    {
        var state = new TicketState();
        var machine = new TicketMachine(state);
        var test = new MachineUnderTest<TicketMessage>(machine);
        Assert.Equal("t1", test.Send(new StoreTicket(Ticket())).One<TicketStored>().TicketId);
        Assert.True(test.Effects.MustPersist);
        state.Ticket = state.Ticket! with { Status = TicketStatus.Claimed };
        test.Send(new StoreTicket(Ticket() with { AudioFile = "t1.wav" })).One<TicketStored>();
        Assert.Equal((TicketStatus.Claimed, "t1.wav"), (state.Ticket.Status, state.Ticket.AudioFile));
    }

    private static Ticket Ticket() => new()
    {
        Id = "t1",
        CallId = "c1",
        Box = "support",
        Caller = "+1555",
        Dialled = "support",
        Reason = "Waited",
        Waited = TimeSpan.FromSeconds(9),
        CreatedAt = MachineUnderTest<TicketMessage>.Start,
        Duration = TimeSpan.Zero,
        Status = TicketStatus.Open,
    };
}
