using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Events;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Machines;
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

    [Fact]
    public void A_ticket_is_claimed_once_and_by_whom_is_known_until_it_is_opened_again()
    {
        var (state, machine) = Stored();
        Assert.Equal(TicketChangeOutcome.Accepted, Change(machine, TicketStatus.Claimed, "alice", persists: true));
        Assert.Equal(TicketChangeOutcome.ClaimedAlready, Change(machine, TicketStatus.Claimed, "bob", persists: false));
        Assert.Equal(TicketChangeOutcome.Accepted, Change(machine, TicketStatus.Claimed, "alice", persists: false));
        Assert.Equal(TicketChangeOutcome.Accepted, Change(machine, TicketStatus.Done, null, persists: true));
        Assert.Equal(TicketChangeOutcome.DoneAlready, Change(machine, TicketStatus.Claimed, "alice", persists: false));
        Assert.Equal((TicketStatus.Done, "alice"), (state.Ticket!.Status, state.Ticket.ClaimedBy));
        Assert.Equal(TicketChangeOutcome.Accepted, Change(machine, TicketStatus.Open, null, persists: true));
        Assert.Null(state.Ticket.ClaimedBy);
        Assert.Equal(TicketChangeOutcome.Accepted, Change(machine, TicketStatus.Claimed, "bob", persists: true));
        Assert.Equal(TicketChangeOutcome.UnknownTicket, Change(new TicketMachine(null), TicketStatus.Done, null, persists: false));
    }

    [Fact]
    public void A_call_back_that_failed_opens_the_ticket_unless_something_was_done_about_it_since()
    {
        var (state, machine) = Stored();
        var test = new MachineUnderTest<TicketMessage>(machine);
        Change(machine, TicketStatus.Claimed, "alice", persists: true);
        var version = state.Ticket!.Version;
        test.Send(new CallBackFailed(version - 1));
        Assert.Equal(TicketStatus.Claimed, state.Ticket.Status);
        test.Send(new CallBackFailed(version));
        Assert.True(test.Effects.MustPersist);
        Assert.Equal((TicketStatus.Open, null), (state.Ticket.Status, state.Ticket.ClaimedBy));
        Change(machine, TicketStatus.Claimed, "bob", persists: true);
        test.Send(new CallBackFailed(version)); // again, and late
        Assert.Equal((TicketStatus.Claimed, "bob"), (state.Ticket.Status, state.Ticket.ClaimedBy));
        Change(machine, TicketStatus.Done, null, persists: true);
        test.Send(new CallBackFailed(state.Ticket.Version));
        Assert.Equal(TicketStatus.Done, state.Ticket.Status);
    }

    [Fact]
    public void The_version_rises_with_each_change_within_a_moment_and_the_call_that_stores_again_changes_nothing_of_it()
    {
        var (state, machine) = Stored();
        var versions = new List<long> { state.Ticket!.Version };
        foreach (var status in (TicketStatus[])[TicketStatus.Claimed, TicketStatus.Open, TicketStatus.Done])
        {
            Change(machine, status, status == TicketStatus.Claimed ? "alice" : null, persists: true);
            versions.Add(state.Ticket.Version);
        }
        Assert.Equal(versions.Distinct().Order(), versions);
        new MachineUnderTest<TicketMessage>(machine).Send(new StoreTicket(Ticket()));
        Assert.Equal((TicketStatus.Done, versions[^1]), (state.Ticket.Status, state.Ticket.Version));
    }

    [Fact]
    public void Each_change_is_announced_until_it_is_taken_over_and_never_again()
    {
        var state = new TicketState();
        var machine = new TicketMachine(state);
        var test = new MachineUnderTest<TicketMessage>(machine);
        Assert.Equal(("t1/created", EventKind.TicketCreated), (test.Send(new StoreTicket(Ticket())).One<TicketNews>().Id, test.One<TicketNews>().Kind));
        test.Send(new StoreTicket(Ticket())).None<TicketNews>();
        Assert.Equal("t1.wav", test.Send(new StoreTicket(Ticket() with { AudioFile = "t1.wav" })).One<TicketNews>().Ticket.AudioFile);
        var claimed = test.Do((now, effects) => machine.Change(TicketStatus.Claimed, "alice", now, effects)).One<TicketNews>();
        Assert.Equal((EventKind.TicketClaimed, "alice"), (claimed.Kind, claimed.Ticket.ClaimedBy));

        // Nothing was taken over: an activation that begins from the store tells all of it, in order.
        var next = new MachineUnderTest<TicketMessage>(new TicketMachine(state));
        Assert.Equal(["t1/created", "t1/updated/t1.wav", claimed.Id], next.Wait(0).Of<TicketNews>().Select(news => news.Id));
        next.Send(new TicketAnnounced("t1/created"), new TicketAnnounced("t1/updated/t1.wav"));
        Assert.Equal([claimed.Id, claimed.Id], next.Wait(4).Of<TicketNews>().Select(news => news.Id));
        next.Send(new TicketAnnounced(claimed.Id));
        Assert.True(next.Effects.MustPersist);
        next.Wait(3600).None<TicketNews>();
    }

    [Fact]
    public void News_that_nobody_takes_over_are_bounded_and_the_creation_is_kept()
    {
        var (state, machine) = Stored();
        for (var i = 0; i < 100; i++) Change(machine, i % 2 == 0 ? TicketStatus.Done : TicketStatus.Open, null, persists: true);
        Assert.Equal(50, state.News.Count);
        Assert.Equal(EventKind.TicketCreated, state.News[0].Kind);
        Assert.Equal(state.Ticket, state.News[^1].Ticket);
    }

    [Fact]
    public void A_ticket_that_was_found_on_disk_is_kept_and_the_same_again_changes_nothing()
    {
        var state = new TicketState();
        var machine = new TicketMachine(state);
        var found = Ticket() with { Status = TicketStatus.Claimed, ClaimedBy = "alice", Version = 7 };
        Assert.True(Keep(machine, found));
        Assert.Equal((TicketStatus.Claimed, "alice"), (state.Ticket!.Status, state.Ticket.ClaimedBy));
        Assert.False(Keep(machine, found));
    }

    [Fact]
    public void After_a_restart_nothing_is_announced_but_what_was_not_told_before()
    {
        var (state, machine) = Stored();
        var test = new MachineUnderTest<TicketMessage>(machine);
        var claimed = test.Do((now, effects) => machine.Change(TicketStatus.Claimed, "alice", now, effects)).One<TicketNews>();
        test.Send(new TicketAnnounced("t1/created"));

        // The store was in memory; this is what was on disk.
        var found = new TicketFound(state.Ticket!, [.. state.News]);
        var next = new MachineUnderTest<TicketMessage>(new TicketMachine(null));
        Assert.Equal([claimed.Id], next.Send(found).Wait(0).Of<TicketNews>().Select(news => news.Id));
        next.Send(new TicketAnnounced(claimed.Id), found).None<TicketNews>();
        next.Wait(3600).None<TicketNews>();
    }

    [Fact]
    public void Audio_that_was_found_joins_the_ticket_of_a_lost_edge_and_is_not_lost_when_the_call_stores_again()
    {
        var (state, machine) = Stored();
        Change(machine, TicketStatus.Claimed, "alice", persists: true);
        Assert.True(Keep(machine, Ticket() with { AudioFile = "t1.wav", Duration = TimeSpan.FromSeconds(3) }));
        new MachineUnderTest<TicketMessage>(machine).Send(new StoreTicket(Ticket() with { AudioFailure = "the edge that recorded was lost" }));
        Assert.Equal((TicketStatus.Claimed, "t1.wav", 3d), (state.Ticket!.Status, state.Ticket.AudioFile, state.Ticket.Duration.TotalSeconds));

        // The edge was alive: it tells the whole message, and what was found of it comes late.
        new MachineUnderTest<TicketMessage>(machine).Send(new StoreTicket(Ticket() with { AudioFile = "t1.wav", Duration = TimeSpan.FromSeconds(9) }));
        Assert.False(Keep(machine, Ticket() with { AudioFile = "t1.wav", Duration = TimeSpan.FromSeconds(3), AudioFailure = "found" }));
        Assert.Equal((9d, null), (state.Ticket.Duration.TotalSeconds, state.Ticket.AudioFailure));
    }

    [Fact]
    public void What_was_done_about_a_ticket_last_counts_whether_it_was_found_or_known()
    {
        var (state, machine) = Stored();
        Assert.True(Keep(machine, Ticket() with { Status = TicketStatus.Done, Version = state.Ticket!.Version + 1 }));
        Assert.False(Keep(machine, Ticket() with { Status = TicketStatus.Open, Version = state.Ticket.Version - 1 }));
        Assert.Equal(TicketStatus.Done, state.Ticket.Status);
    }

    private static bool Keep(TicketMachine machine, Ticket found)
    {
        var effects = new Effects();
        machine.Keep(found, MachineUnderTest<TicketMessage>.Start, effects);
        return effects.MustPersist;
    }

    private static (TicketState State, TicketMachine Machine) Stored()
    {
        var state = new TicketState();
        var machine = new TicketMachine(state);
        new MachineUnderTest<TicketMessage>(machine).Send(new StoreTicket(Ticket()));
        return (state, machine);
    }

    private static TicketChangeOutcome Change(TicketMachine machine, TicketStatus status, string? by, bool persists)
    {
        var effects = new Effects();
        var outcome = machine.Change(status, by, MachineUnderTest<TicketMessage>.Start, effects);
        Assert.Equal(persists, effects.MustPersist);
        return outcome;
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
