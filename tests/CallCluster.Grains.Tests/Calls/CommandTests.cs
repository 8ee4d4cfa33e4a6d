using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>PROTOCOL rule 4: events once, commands once, each sent again until acknowledged.</summary>
public sealed class CommandTests
{
    [Fact]
    public void Commands_are_numbered_from_one_without_a_gap()
    {
        var story = new CallStory("flow:main").Arrives();
        Assert.Equal([1L, 2L, 3L], story.Last.OfType<CallCommand>().Select(command => command.Id));
        story.Keys("1#");
        Assert.Equal(story.Edge.Executed.Count, story.Edge.LastCommand);
    }

    [Fact]
    public void Unacknowledged_commands_are_sent_again_after_a_second_and_then_more_slowly()
    {
        var story = new CallStory("flow:main") { CommandsArrive = false }.Arrives();
        story.After(1).Expects<AnswerCaller>().Expects<Play>();
        story.After(1.9).ExpectsNo<AnswerCaller>().After(0.2).Expects<AnswerCaller>();
    }

    [Fact]
    public void Acknowledged_commands_are_not_sent_again()
    {
        var story = new CallStory("flow:main").Arrives().EdgeAcknowledges().After(5);
        Assert.Empty(story.Last.OfType<CallCommand>());
    }

    [Fact]
    public void A_batch_that_was_lost_is_followed_by_all_that_is_unacknowledged_in_order()
    {
        var story = new CallStory("queue:sales") { CommandsArrive = false }.Arrives().After(0.5);
        story.CommandsArrive = true;
        story.AgentIsReserved();
        Assert.Empty(story.Edge.Executed);
        story.After(1);
        Assert.Equal([typeof(AnswerCaller), typeof(Play), typeof(Originate)], story.Edge.Executed.Select(command => command.GetType()));
    }

    [Fact]
    public void Events_that_were_seen_are_skipped_and_the_new_ones_of_the_batch_taken()
    {
        var story = new CallStory("flow:main").Arrives();
        var first = story.Edge.Batch(new DigitReceived(0, '1'));
        var second = story.Edge.Batch(new DigitReceived(0, '#'));
        story.Deliver(first).Deliver(first with { Events = [.. first.Events, .. second.Events] });
        Assert.Equal("queue:sales", story.Call.Destination);
    }

    [Fact]
    public void A_batch_of_an_older_epoch_is_ignored()
    {
        var story = new CallStory().Arrives();
        story.Deliver(story.Edge.Batch(new LegEnded(0, LegEndCause.Cancelled, null, null)) with { Epoch = 0 }).Is(CallPhase.Queued);
    }

    [Fact]
    public void A_silent_edge_is_asked_about_and_asked_about_again()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentAnswers().EdgeAcknowledges();
        story.After(99).ExpectsNo<EdgeInquiry>().After(2).Expects<EdgeInquiry>().After(30).Expects<EdgeInquiry>();
        story.Post(new CallEdgeAlive("edge1")).Is(CallPhase.Connected);
        story.EdgeAttaches().After(90).ExpectsNo<EdgeInquiry>();
    }

    [Fact]
    public void A_living_edge_that_attaches_the_call_no_more_does_not_carry_it()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentAnswers().EdgeAcknowledges();
        story.After(299).Post(new CallEdgeAlive("edge1")).Is(CallPhase.Connected).After(2).Post(new CallEdgeAlive("edge1")).Is(CallPhase.Ended);
    }

    [Fact]
    public void A_call_that_had_ended_before_a_crash_does_not_wait_for_an_edge_that_has_forgotten_it()
    {
        var story = new CallStory().Arrives().CallerHangsUp().SiloCrashes().After(2).RecordIsWritten();
        story.After(101).Expects<EdgeInquiry>().Post(new CallEdgeAlive("edge1")).After(10);
        Assert.True(story.Cleared);
    }

    [Fact]
    public void The_loss_of_another_edge_is_no_concern()
    {
        new CallStory().Arrives().Post(new CallEdgeLost("edge2")).Is(CallPhase.Queued);
    }

    [Fact]
    public void The_view_shows_where_the_call_is()
    {
        var story = new CallStory().Arrives().AgentIsReserved();
        var view = story.Machine.View()!;
        Assert.Equal((CallState.Ringing, "support", "alice", "queue:support", "edge1"), (view.State, view.Queue, view.Agent, view.Destination, view.Edge));
        Assert.Null(new CallMachine("other", null, story.Routing, story.Now).View());
    }
}
