using CallCluster.Contracts.Calls;
using CallCluster.Edge.Calls;

namespace CallCluster.Edge.Tests.Calls;

public sealed class EventOutboxTests
{
    private readonly EventOutbox _outbox = new();

    [Fact]
    public void A_batch_that_may_be_lost_is_taken_again_with_the_same_numbers_and_what_came_since()
    {
        _outbox.Add(new LegRinging(1));
        Assert.Equal(1, _outbox.Take().FirstSequence);
        _outbox.Add(new LegAnswered(1));
        _outbox.NotDelivered();
        var (first, events) = _outbox.Take();
        Assert.Equal(1, first);
        Assert.Equal([new LegRinging(1), new LegAnswered(1)], events);
    }

    [Fact]
    public void Numbers_go_on_after_a_delivery()
    {
        _outbox.Add(new LegRinging(1));
        _outbox.Take();
        _outbox.Add(new LegAnswered(1));
        _outbox.Delivered();
        var (first, events) = _outbox.Take();
        Assert.Equal(2, first);
        Assert.Equal([new LegAnswered(1)], events);
    }

    [Fact]
    public void An_empty_batch_changes_no_number()
    {
        Assert.Empty(_outbox.Take().Events);
        Assert.True(_outbox.IsUnderWay);
        _outbox.Delivered();
        _outbox.Add(new LegRinging(1));
        Assert.Equal(1, _outbox.Take().FirstSequence);
    }

    [Fact]
    public void However_much_has_gathered_a_batch_is_bounded()
    {
        for (var i = 0; i < 100; i++) _outbox.Add(new DigitReceived(0, '1'));
        Assert.Equal(32, _outbox.Take().Events.Length);
        _outbox.Delivered();
        Assert.Equal(33, _outbox.Take().FirstSequence);
    }
}
