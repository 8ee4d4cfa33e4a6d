using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>Destinations outside: channel, call, failover (I4 for both of its channels).</summary>
public sealed class OutboundTests
{
    private const string Number = "tel:+15550199";

    private static CallStory Dialled(string? trunk = "carrier") => new CallStory(Number, trunk).Arrives().OutboundIsGranted();

    [Fact]
    public void Nothing_is_dialled_before_the_trunk_lends_a_channel()
    {
        var story = new CallStory(Number).Arrives().Is(CallPhase.AcquiringTrunk).ExpectsNo<Dial>();
        Assert.Equal(1, story.Expect<AcquireChannel>().Leg);
        story.OutboundIsGranted().Is(CallPhase.Dialling);
        Assert.Equal(("carrier", Number, "+15550100"), (story.Expect<Dial>().Trunk, story.Expect<Dial>().To, story.Expect<Dial>().Caller));
        story.ExpectsNo<SendRinging>();
    }

    [Fact]
    public void The_caller_hears_ringing_when_the_called_party_does_and_is_answered_with_it()
    {
        var story = Dialled().FromEdge(new LegRinging(1)).Expects<SendRinging>();
        story.FromEdge(new LegAnswered(1)).Is(CallPhase.Connected).Expects<AnswerCaller>().Expects<BridgeLegs>(bridge => bridge.Other == 1);
        story.CallerHangsUp().Expects<HangUp>(hangUp => hangUp.Leg == 1).Settles().HoldsNothing();
        Assert.Equal((CallOutcome.Answered, Number, "carrier"), (story.Record.Outcome, story.Record.OutboundTo, story.Record.OutboundTrunk));
    }

    [Fact]
    public void When_the_called_party_hangs_up_its_leg_is_not_hung_up_again()
    {
        var story = Dialled().FromEdge(new LegAnswered(1)).FromEdge(new LegEnded(1, LegEndCause.RemoteHangup, null, null));
        story.Expects<HangUp>(hangUp => hangUp.Leg == 0);
        Assert.DoesNotContain(story.Last, what => what is HangUp { Leg: 1 });
        story.Settles().HoldsNothing();
        Assert.Equal("callee", story.Record.EndedBy);
    }

    [Theory]
    [InlineData(LegEndCause.Failed, 503)]
    [InlineData(LegEndCause.NoAnswer, null)]
    [InlineData(LegEndCause.NoAnswer, 408)]
    [InlineData(LegEndCause.Rejected, 407)]
    [InlineData(LegEndCause.Rejected, 488)]
    public void The_next_trunk_is_tried_when_one_did_not_reach_the_called_party(LegEndCause cause, int? status)
    {
        var story = Dialled().FromEdge(new LegEnded(1, cause, status, null)).Is(CallPhase.AcquiringTrunk);
        Assert.Equal(1, story.Expect<ReleaseChannel>().Leg);
        Assert.Equal(("backup", new AcquireChannel(CallStory.Id, 2)), story.Said[^1]);
        story.OutboundIsGranted().Expects<Dial>(dial => dial is { Leg: 2, Trunk: "backup" });
        story.FromEdge(new LegAnswered(2)).CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal("backup", story.Record.OutboundTrunk);
    }

    [Theory]
    [InlineData(LegEndCause.Busy, 486, 486)]
    [InlineData(LegEndCause.Rejected, 403, 403)]
    [InlineData(LegEndCause.Rejected, 603, 603)]
    [InlineData(LegEndCause.NoAnswer, 480, 480)]
    public void What_the_called_party_says_is_passed_on_and_no_other_trunk_is_tried(LegEndCause cause, int status, int told)
    {
        var story = Dialled().FromEdge(new LegEnded(1, cause, status, null)).Is(CallPhase.Ended);
        Assert.Equal(told, story.Expect<RejectCaller>().Status);
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_failure_after_ringing_is_the_called_partys()
    {
        var story = Dialled().FromEdge(new LegRinging(1)).FromEdge(new LegEnded(1, LegEndCause.Failed, 503, null)).Is(CallPhase.Ended);
        Assert.Equal(480, story.Expect<RejectCaller>().Status);
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void When_every_trunk_failed_the_caller_gets_503()
    {
        var story = Dialled().FromEdge(new LegEnded(1, LegEndCause.Failed, 500, null)).Post(new ChannelRefused("backup", TimeSpan.FromSeconds(3), ChannelRefusal.OutboundInUse, 2));
        Assert.Equal(503, story.Expect<RejectCaller>().Status);
        Assert.Contains(story.Record.Steps, step => step.What == "backup: all outbound channels in use");
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_silent_trunk_lends_nothing_and_a_late_grant_is_given_back()
    {
        var story = new CallStory(Number).Arrives().After(1).Is(CallPhase.AcquiringTrunk);
        Assert.Equal("backup", story.Call.Outbound!.Trunk);
        story.Post(new ChannelGranted("carrier", 1)).Expects<ReleaseChannel>(release => release.Leg == 1).ExpectsNo<Dial>();
        story.After(1).Is(CallPhase.Ended).Settles().HoldsNothing();
    }

    [Fact]
    public void A_called_party_that_rings_too_long_is_given_up()
    {
        var story = Dialled().FromEdge(new LegRinging(1)).After(60).Expects<HangUp>(hangUp => hangUp.Leg == 1);
        Assert.Equal(480, story.Expect<RejectCaller>().Status);
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_destination_without_a_route_is_404()
    {
        var story = new CallStory("tel:+4930123").Arrives();
        Assert.Equal(404, story.Expect<RejectCaller>().Status);
        Assert.Contains(story.Record.Steps, step => step.What.Contains("no route in Outbound:Routes fits tel:+4930123", StringComparison.Ordinal));
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_caller_who_overflows_to_a_number_hears_it_ring_and_is_joined()
    {
        var story = new CallStory("queue:sales").Arrives().After(3).Overflows(Number).OutboundIsGranted();
        story.FromEdge(new LegRinging(story.Call.Outbound!.Leg)).Expects<Play>(play => play.Prompts[0] == "ringback");
        story.FromEdge(new LegAnswered(story.Call.Outbound.Leg)).Is(CallPhase.Connected).CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void An_agents_call_takes_one_channel_and_shows_the_configured_number()
    {
        var story = new CallStory(Number, trunk: null).IsOffered().OutboundIsGranted();
        Assert.Equal("+15550100", story.Expect<Dial>().Caller);
        story.FromEdge(new LegAnswered(1)).CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void After_a_crash_the_call_goes_on_from_what_was_stored()
    {
        var story = Dialled().FromEdge(new LegAnswered(1)).SiloCrashes().FromEdge().Expects<BridgeLegs>(bridge => bridge.Other == 1);
        story.EdgeAttaches().Expects<ChannelHeld>(held => held.Leg == 1).Expects<ChannelHeld>(held => held.Leg == 0);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_call_whose_state_is_lost_goes_on_from_its_legs()
    {
        var story = Dialled().FromEdge(new LegAnswered(1)).CallerIsConfirmed().SiloCrashes(storeFailed: true).EdgeAttaches();
        story.Is(CallPhase.Connected).Expects<ChannelHeld>(held => held.Leg == 1).ExpectsNo<HangUp>();
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal((Number, "carrier"), (story.Record.OutboundTo, story.Record.OutboundTrunk));
    }

    [Fact]
    public void A_trunk_in_doubt_is_answered_from_the_state()
    {
        var story = new CallStory(Number).Arrives().Post(new ChannelInquiry("carrier", 1)).Expects<AcquireChannel>(acquire => acquire.Leg == 1);
        story.OutboundIsGranted().Post(new ChannelInquiry("carrier", 1)).Expects<ChannelHeld>(held => held.Leg == 1);
        story.Post(new ChannelInquiry("backup", 1)).Expects<ReleaseChannel>();
        story.CallerHangsUp().Post(new ChannelInquiry("carrier", 1)).Expects<ReleaseChannel>(release => release.Leg == 1);
    }
}
