using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>The trunk's channel comes first (I4).</summary>
public sealed class ChannelTests
{
    [Fact]
    public void Nothing_is_done_before_the_channel_is_granted()
    {
        var story = new CallStory().IsOffered();
        Assert.IsType<AcquireChannel>(Assert.Single(story.Last));
        story.ChannelIsGranted().Expects<Enqueue>();
    }

    [Fact]
    public void A_refused_channel_is_503_with_retry_after()
    {
        var story = new CallStory().IsOffered().Post(new ChannelRefused("carrier", TimeSpan.FromSeconds(7)));
        var reject = story.Expect<RejectCaller>();
        Assert.Equal((503, TimeSpan.FromSeconds(7)), (reject.Status, reject.RetryAfter));
        story.Expects<ReleaseChannel>().Expects<CallRecord>(record => record.Outcome == CallOutcome.Refused && record.Steps[^1].What.Contains("no channel"));
    }

    [Fact]
    public void The_channel_is_asked_for_again_while_the_trunk_is_silent()
    {
        var story = new CallStory().IsOffered().After(0.95);
        Assert.Equal(3, story.Last.OfType<AcquireChannel>().Count());
    }

    [Fact]
    public void A_silent_trunk_refuses_no_call()
    {
        var story = new CallStory().IsOffered().After(1).Is(CallPhase.Queued).Expects<ChannelHeld>();
        story.Post(new ChannelRefused("carrier", TimeSpan.FromSeconds(5))).Is(CallPhase.Queued).Expects<ChannelHeld>();
    }

    [Fact]
    public void An_agents_own_call_takes_no_channel()
    {
        var story = new CallStory(trunk: null).IsOffered().Is(CallPhase.Queued).ExpectsNo<AcquireChannel>();
        story.CallerHangsUp().ExpectsNo<ReleaseChannel>().Settles().HoldsNothing();
    }

    [Fact]
    public void A_trunk_in_doubt_is_answered_from_the_state()
    {
        var story = new CallStory().IsOffered().Post(new ChannelInquiry("carrier")).Expects<AcquireChannel>();
        story.ChannelIsGranted().Post(new ChannelInquiry("carrier")).Expects<ChannelHeld>();
        story.CallerHangsUp().Post(new ChannelInquiry("carrier")).Expects<ReleaseChannel>();
        story.Post(new ChannelGranted("carrier")).Expects<ReleaseChannel>();
    }
}
