using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>An agent sends the caller to a number outside, and keeps the caller until somebody answers there.</summary>
public sealed class TransferOutTests
{
    private const string Outside = "tel:+15550199";

    [Fact]
    public void The_agent_keeps_the_caller_until_it_is_answered()
    {
        var story = Transferring();
        Assert.Equal(CallState.Transferring, story.Machine.View()!.State);
        var alice = story.Call.Agent!.Leg;
        story.OutboundIsGranted().Is(CallPhase.Dialling).Expects<Dial>().ExpectsNo<UnbridgeLeg>().ExpectsNo<AgentReleased>();
        var outside = story.Call.Outbound!.Leg;
        story.FromEdge(new LegRinging(outside)).ExpectsNo<Play>().ExpectsNo<SendRinging>();
        story.FromEdge(new LegAnswered(outside)).Is(CallPhase.Connected).Expects<TellTransfer>(tell => tell is { Status: 200 } && tell.Leg == alice).Expects<HangUp>(hangUp => hangUp.Leg == alice)
            .Expects<BridgeLegs>(bridge => bridge.Other == outside).Expects<AgentReleased>(released => released.WrapUp == TimeSpan.FromSeconds(10));
        story.FromEdge(new LegEnded(outside, LegEndCause.RemoteHangup, null, null)).Settles().HoldsNothing();
        Assert.Equal((Outside, "carrier", CallOutcome.Answered), (story.Record.OutboundTo, story.Record.OutboundTrunk, story.Record.Outcome));
    }

    [Theory]
    [InlineData(LegEndCause.Busy, 486, 486)]
    [InlineData(LegEndCause.Rejected, 603, 603)]
    [InlineData(LegEndCause.NoAnswer, 480, 480)]
    public void Not_reached_the_agent_is_told_why_and_still_has_the_caller(LegEndCause cause, int status, int told)
    {
        var story = Transferring().OutboundIsGranted();
        var (alice, outside) = (story.Call.Agent!.Leg, story.Call.Outbound!.Leg);
        story.FromEdge(new LegEnded(outside, cause, status, null)).Is(CallPhase.Connected).Expects<TellTransfer>(tell => tell.Leg == alice && tell.Status == told)
            .Expects<ReleaseChannel>(release => release.Leg == outside).ExpectsNo<UnbridgeLeg>().ExpectsNo<AgentReleased>();
        // And may try again.
        story.FromEdge(new TransferAsked(alice, "queue:sales")).Is(CallPhase.Queued);
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Null(story.Record.OutboundTo);
    }

    [Fact]
    public void Nobody_answers_in_time()
    {
        var story = Transferring().OutboundIsGranted();
        var (alice, outside) = (story.Call.Agent!.Leg, story.Call.Outbound!.Leg);
        story.After(61).Is(CallPhase.Connected).Expects<HangUp>(hangUp => hangUp.Leg == outside && hangUp.Status == 487).Expects<TellTransfer>(tell => tell.Status == 480);
        story.FromEdge(new LegEnded(alice, LegEndCause.RemoteHangup, null, null)).Settles().HoldsNothing();
        Assert.Equal("alice", story.Record.Agent);
    }

    [Fact]
    public void No_trunk_lends_a_channel()
    {
        var story = Transferring();
        story.Post(new ChannelRefused("carrier", TimeSpan.Zero, Leg: story.Call.Outbound!.Leg)).Is(CallPhase.AcquiringTrunk);
        story.Post(new ChannelRefused("backup", TimeSpan.Zero, Leg: story.Call.Outbound!.Leg)).Is(CallPhase.Connected).Expects<TellTransfer>(tell => tell.Status == 503);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void No_route_leads_there()
    {
        var story = Talking();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, "tel:+442079460123")).Is(CallPhase.Connected).Expects<TellTransfer>(tell => tell.Status == 404);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_the_agent_a_caller_who_is_not_taken_goes_back_to_the_old_place(bool dialled)
    {
        var story = Transferring();
        if (dialled) story.OutboundIsGranted();
        story.FromEdge(new LegEnded(story.Call.Agent!.Leg, LegEndCause.RemoteHangup, null, null)).Expects<AgentReleased>().Expects<Play>(play => play.Loop);
        if (dialled) story.FromEdge(new LegEnded(story.Call.Outbound!.Leg, LegEndCause.Busy, 486, null));
        else story.After(3);

        Assert.Equal(CallStory.Start.UtcTicks, story.Is(CallPhase.Queued).Expect<Enqueue>().Place);
        story.AgentIsReserved("bob").AgentAnswers().Is(CallPhase.Connected).CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal("bob", story.Record.Agent);
    }

    [Fact]
    public void A_caller_who_hangs_up_meanwhile_leaves_nothing_behind()
    {
        var story = Transferring().OutboundIsGranted();
        story.CallerHangsUp().Expects<HangUp>(hangUp => hangUp.Leg == story.Call.Outbound!.Leg).Expects<AgentReleased>();
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void The_agent_is_said_to_be_busy_meanwhile()
    {
        var story = Transferring().OutboundIsGranted();
        story.Post(new AgentInquiry("alice", story.Call.Agent!.OfferId)).Expects<AgentStillBusy>(busy => busy.Answered);
        story.EdgeAttaches().Is(CallPhase.Dialling).Expects<AgentStillBusy>().ExpectsNo<HangUp>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_silo_that_dies_meanwhile_goes_on_with_both_legs()
    {
        var story = Transferring().OutboundIsGranted().SiloCrashes().EdgeAcknowledges().Is(CallPhase.Dialling).Expects<BridgeLegs>(bridge => bridge.Other == 1).Expects<Dial>();
        story.EdgeAttaches().Is(CallPhase.Dialling).ExpectsNo<HangUp>();
        story.FromEdge(new LegAnswered(story.Call.Outbound!.Leg)).Is(CallPhase.Connected).CallerHangsUp().Settles().HoldsNothing();
    }

    private static CallStory Transferring()
    {
        var story = Talking();
        return story.FromEdge(new TransferAsked(story.Edge.AgentLeg, Outside)).Is(CallPhase.AcquiringTrunk).Expects<AcquireChannel>().ExpectsNo<UnbridgeLeg>().ExpectsNo<TellTransfer>();
    }

    private static CallStory Talking() => new CallStory().Arrives().After(0.05).AgentIsReserved().AgentAnswers().CallerIsConfirmed().Is(CallPhase.Connected);
}
