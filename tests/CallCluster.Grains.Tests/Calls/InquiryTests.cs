using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>Questions to a call that nothing is known of (PROTOCOL rule 14).</summary>
public sealed class InquiryTests
{
    [Fact]
    public void An_unknown_call_waits_one_sweep_for_an_attach_before_it_frees_what_others_hold_for_it()
    {
        var story = new CallStory().Post(new AgentInquiry("alice", "o1"));
        Assert.Empty(story.Last);
        story.Post(new QueueInquiry("support")).Post(new ChannelInquiry("carrier")).After(39);
        Assert.Empty(story.Last);
        story.After(2).Expects<AgentReleased>(released => released.OfferId == "o1").Expects<Leave>().Expects<ReleaseChannel>();
        Assert.Null(story.Machine.NextDue);
    }

    [Fact]
    public void An_unknown_call_that_has_waited_answers_at_once()
    {
        new CallStory().After(41).Post(new ChannelInquiry("carrier")).Expects<ReleaseChannel>();
    }

    [Fact]
    public void An_attach_in_time_answers_the_questions()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentAnswers();
        var offer = story.Call.Agent!.OfferId;
        story.SiloCrashes(storeFailed: true).Post(new AgentInquiry("alice", offer)).After(10).EdgeAttaches();
        Assert.True(story.Expect<AgentStillBusy>().Answered);
        story.After(60).ExpectsNo<AgentReleased>();
    }

    [Fact]
    public void An_unknown_call_declines_an_agent_and_leaves_the_queue_so_that_the_next_caller_is_matched()
    {
        var story = new CallStory().AgentIsReserved("alice", "support").Expects<OfferDeclined>();
        var leave = story.Expect<Leave>();
        story.EdgeAttaches().Is(CallPhase.Queued);
        Assert.True(story.Expect<Enqueue>().Version > leave.Version, "should it live after all, it is queued again");
    }
}
