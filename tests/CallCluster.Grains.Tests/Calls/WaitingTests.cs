using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>A supervisor moves, picks, re-prioritises and evicts callers who wait.</summary>
public sealed class WaitingTests
{
    [Fact]
    public void A_caller_moved_to_another_queue_takes_the_time_waited_along()
    {
        var story = new CallStory().Arrives().After(30);
        Assert.Equal(WaitingChangeStatus.Accepted, story.Change(new MoveCaller("queue:sales")));
        Assert.Equal(LeaveReason.Moved, story.Expect<Leave>().Reason);
        var enqueue = story.Expect<Enqueue>();
        Assert.Equal((CallStory.Start, CallStory.Start.AddMinutes(-2).UtcTicks), (enqueue.FirstQueuedAt, enqueue.Place));
        Assert.Equal(WaitingChangeStatus.NotWaiting, story.Change(new MoveCaller("queue:sales")));
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Contains(story.Record.Steps, step => step.What == "moved from support to queue:sales");
    }

    [Fact]
    public void Hours_of_the_queue_that_a_caller_is_moved_to_go_by_when_the_caller_comes_there()
    {
        var story = new CallStory().Arrives().After(30);
        story.Change(new MoveCaller("queue:sales"));
        Assert.Equal(CallStory.Start.AddSeconds(30), story.Expect<Enqueue>().ArrivedAt);
    }

    [Fact]
    public void A_caller_whom_the_agent_there_does_not_take_comes_back_to_the_old_place()
    {
        var story = new CallStory().Arrives().After(30);
        story.Change(new MoveCaller("agent:bob"));
        story.Is(CallPhase.Reserving).Post(new AgentRefused("bob", story.Call.Agent!.OfferId, "Away")).Is(CallPhase.Queued);
        Assert.Equal(CallStory.Start.UtcTicks, story.Expect<Enqueue>().Place);
    }

    [Fact]
    public void A_caller_is_evicted_with_a_status_and_leaves_nothing_behind()
    {
        var story = new CallStory().Arrives().After(1);
        Assert.Equal(WaitingChangeStatus.Accepted, story.Change(new MoveCaller("hangup:486")));
        story.Expects<RejectCaller>(reject => reject.Status == 486).Expects<Leave>().Settles().HoldsNothing();
        Assert.Equal(CallOutcome.Refused, story.Record.Outcome);
    }

    [Fact]
    public void A_caller_is_picked_for_an_agent_and_offered_to_nobody_else_meanwhile()
    {
        var story = new CallStory().Arrives().After(5);
        Assert.Equal(WaitingChangeStatus.Accepted, story.Change(new PickCaller("bob")));
        story.Is(CallPhase.Reserving).Expects<Offering>(offering => offering.AgentId == "bob").Expects<Reserve>(reserve => reserve.Queue is null);
        Assert.Equal(CallState.Queued, story.Machine.View()!.State);
        // A match that was under way is refused, and the queue told once more.
        story.AgentIsReserved("alice").Expects<OfferDeclined>().Expects<Offering>(offering => offering.AgentId == "bob");
        Assert.Equal(WaitingChangeStatus.Offered, story.Change(new PickCaller("alice")));
        Assert.Equal(WaitingChangeStatus.Offered, story.Change(new MoveCaller("queue:sales")));
        story.DirectAgentIsReserved().Is(CallPhase.Ringing).Expects<OfferAccepted>().Expects<Originate>(originate => originate is { AgentId: "bob", Queue: "support" });
        story.AgentAnswers().Is(CallPhase.Connected).Expects<Leave>(leave => leave.Reason == LeaveReason.Answered);
        story.CallerHangsUp().Expects<AgentReleased>(released => released.WrapUp == TimeSpan.FromSeconds(10)).Settles().HoldsNothing();
    }

    [Theory]
    [InlineData("refuses")]
    [InlineData("is silent")]
    [InlineData("does not answer")]
    public void Who_is_picked_for_an_agent_that_cannot_be_had_keeps_the_place(string agent)
    {
        var story = new CallStory().Arrives().After(5);
        story.Change(new PickCaller("bob"));
        if (agent == "refuses") story.Post(new AgentRefused("bob", story.Call.Agent!.OfferId, "Busy"));
        else if (agent == "is silent") story.After(4.5);
        else story.DirectAgentIsReserved().AgentLegEnds(LegEndCause.NoAnswer);
        story.Is(CallPhase.Queued);
        Assert.Equal(CallStory.Start.UtcTicks, story.Expect<Enqueue>().Place);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_pick_outlives_the_silo()
    {
        var story = new CallStory().Arrives().After(5);
        story.Change(new PickCaller("bob"));
        story.SiloCrashes().EdgeAttaches().After(1.1).Expects<Reserve>(reserve => reserve.OfferId == story.Call.Agent!.OfferId);
        story.DirectAgentIsReserved().Is(CallPhase.Ringing);
    }

    [Fact]
    public void Another_priority_holds_at_once_and_in_queues_to_come()
    {
        var story = new CallStory().Arrives().After(5);
        Assert.Equal(WaitingChangeStatus.Accepted, story.Change(new PrioritiseCaller(3)));
        Assert.Equal(CallStory.Start.AddMinutes(-3).UtcTicks, story.Expect<Enqueue>().Place);
        story.Change(new PrioritiseCaller(3));
        story.ExpectsNo<Enqueue>();
        story.Change(new MoveCaller("queue:sales"));
        Assert.Equal(CallStory.Start.AddMinutes(-3).UtcTicks, story.Expect<Enqueue>().Place);
    }

    [Fact]
    public void A_priority_set_while_the_phone_rings_holds_when_the_caller_comes_back()
    {
        var story = new CallStory().Arrives().AgentIsReserved();
        Assert.Equal(WaitingChangeStatus.Accepted, story.Change(new PrioritiseCaller(1)));
        story.ExpectsNo<Enqueue>().AgentLegEnds(LegEndCause.Busy);
        Assert.Equal(CallStory.Start.AddMinutes(-1).UtcTicks, story.Expect<Enqueue>().Place);
    }

    [Fact]
    public void Nothing_is_done_about_a_call_that_waits_elsewhere_talks_or_is_over()
    {
        var story = new CallStory().Arrives();
        Assert.Equal(WaitingChangeStatus.NotWaiting, story.Change(new PrioritiseCaller(1), "sales"));
        Assert.Equal(WaitingChangeStatus.UnknownAgent, story.Change(new PickCaller("carol")));
        story.AgentIsReserved().AgentAnswers();
        Assert.Equal(WaitingChangeStatus.NotWaiting, story.Change(new MoveCaller("queue:sales")));
        story.CallerHangsUp();
        Assert.Equal(WaitingChangeStatus.UnknownCall, story.Change(new MoveCaller("queue:sales")));
        Assert.Equal(WaitingChangeStatus.UnknownCall, new CallStory().Change(new PickCaller("bob")));
    }
}
