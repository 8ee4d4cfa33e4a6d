using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Boxes;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Tests.Boxes;

public sealed class BoxMachineTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private readonly BoxMachine _machine = new("support", null);
    private long _version;

    [Fact]
    public void Tickets_are_counted_once_by_their_status_and_not_when_they_are_done()
    {
        Assert.True(Post("a", TicketStatus.Open));
        Assert.False(Post("a", TicketStatus.Open, _version));
        Assert.True(Post("b", TicketStatus.Open));
        Assert.Equal((2, 0), (_machine.Summary.Open, _machine.Summary.Claimed));
        Assert.True(Post("a", TicketStatus.Claimed));
        Assert.Equal((1, 1), (_machine.Summary.Open, _machine.Summary.Claimed));
        Assert.True(Post("a", TicketStatus.Done));
        Assert.False(Post("a", TicketStatus.Done, _version));
        Assert.Equal((1, 0), (_machine.Summary.Open, _machine.Summary.Claimed));
    }

    [Fact]
    public void The_version_rises_with_each_change_within_a_moment_and_after_a_loss()
    {
        Post("a", TicketStatus.Open);
        var first = _machine.Summary.Version;
        Post("b", TicketStatus.Open);
        Assert.True(_machine.Summary.Version > first);
        var lost = new BoxMachine("support", null);
        lost.Handle(new TicketChanged("c", TicketStatus.Open, 1), Now.AddSeconds(1), new Effects());
        Assert.True(lost.Summary.Version > _machine.Summary.Version);
    }

    [Fact]
    public void A_box_is_bounded()
    {
        for (var i = 0; i <= BoxMachine.Limit; i++) Post($"{i}", TicketStatus.Open);
        Assert.Equal(BoxMachine.Limit, _machine.Summary.Open);
        Assert.True(Post("0", TicketStatus.Done));
        Assert.True(Post("one more", TicketStatus.Open));
    }

    [Fact]
    public void An_older_change_that_comes_late_does_not_win()
    {
        Post("a", TicketStatus.Open, 1);
        Assert.True(Post("a", TicketStatus.Open, 3));
        Assert.False(Post("a", TicketStatus.Claimed, 2));
        Assert.Equal((1, 0), (_machine.Summary.Open, _machine.Summary.Claimed));
        Assert.True(Post("a", TicketStatus.Done, 5));
        Assert.False(Post("a", TicketStatus.Claimed, 4));
        Assert.False(Post("a", TicketStatus.Open, 5));
        Assert.Equal((0, 0), (_machine.Summary.Open, _machine.Summary.Claimed));
        Assert.True(Post("a", TicketStatus.Open, 6));
        Assert.False(Post("a", TicketStatus.Done, 5));
        Assert.Equal((1, 0), (_machine.Summary.Open, _machine.Summary.Claimed));
    }

    [Fact]
    public void What_was_stored_is_known_again()
    {
        Post("a", TicketStatus.Open);
        Assert.Equal(_machine.Summary, new BoxMachine("support", _machine.State).Summary);
    }

    private bool Post(string ticket, TicketStatus status, long? version = null)
    {
        var effects = new Effects();
        _machine.Handle(new TicketChanged(ticket, status, version ?? ++_version), Now, effects);
        return effects.MustPersist;
    }
}
