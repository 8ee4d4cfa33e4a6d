using CallCluster.Contracts.Calls;
using CallCluster.Edge.Calls;

namespace CallCluster.Edge.Tests.Calls;

public sealed class CommandInboxTests
{
    private readonly CommandInbox _inbox = new();

    [Fact]
    public void Commands_come_out_once_and_in_order()
    {
        Assert.Equal([1, 2], Accept(1, 1, 2));
        Assert.Empty(Accept(1, 1, 2));
        Assert.Equal([3], Accept(1, 2, 3));
        Assert.Equal(3, _inbox.LastCommand);
    }

    [Fact]
    public void A_gap_holds_later_commands_back_until_it_is_filled()
    {
        Assert.Empty(Accept(1, 2, 3));
        Assert.Equal(0, _inbox.LastCommand);
        Assert.Equal([1, 2, 3], Accept(1, 1));
    }

    [Fact]
    public void However_many_commands_are_held_back_the_missing_one_lets_them_through()
    {
        Accept(1, [.. Enumerable.Range(2, 100).Select(id => (long)id)]);
        Assert.Equal(65, Accept(1, 1).Count);
    }

    [Fact]
    public void A_higher_incarnation_begins_anew_and_a_lower_one_is_refused()
    {
        Accept(1, 1, 2);
        Assert.Equal([1], Accept(2, 1));
        Assert.False(_inbox.Accept(Batch(1, [3]), []));
        Assert.Equal((2, 1), (_inbox.Incarnation, _inbox.LastCommand));
    }

    [Fact]
    public void A_lower_epoch_is_refused_whatever_its_incarnation()
    {
        Assert.True(_inbox.Accept(new CallCommands("c", 2, 1, []), []));
        Assert.False(_inbox.Accept(new CallCommands("c", 1, 9, [new SendRinging { Id = 1 }]), []));
    }

    [Fact]
    public void An_activation_that_follows_another_or_knows_nothing_takes_the_call_over()
    {
        Accept(1, 1);
        Assert.False(_inbox.IsTakenOver);
        Accept(2, 1);
        Assert.True(_inbox.IsTakenOver);
        Accept(2, 2);
        Assert.False(_inbox.IsTakenOver);

        var unheard = new CommandInbox();
        Assert.True(unheard.Accept(Batch(1, []) with { KnowsNothing = true }, []));
        Assert.True(unheard.IsTakenOver, "what knew the call died before it had said anything");
        Assert.True(unheard.Accept(Batch(1, []) with { KnowsNothing = true }, []));
        Assert.False(unheard.IsTakenOver, "said again");
    }

    private List<long> Accept(long incarnation, params long[] ids)
    {
        List<CallCommand> ready = [];
        Assert.True(_inbox.Accept(Batch(incarnation, ids), ready));
        return [.. ready.Select(command => command.Id)];
    }

    private static CallCommands Batch(long incarnation, long[] ids) => new("c", 1, incarnation, [.. ids.Select(id => new SendRinging { Id = id })]);
}
