using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>Another dialog in the place of a leg's: attended transfer, and parties that change phones.</summary>
public sealed class ReplacingTests
{
    private const string Consultation = "call:consultation";

    [Fact]
    public void An_agent_who_leaves_the_caller_to_another_call_is_released_and_the_call_goes_on()
    {
        var story = Talking();
        var alice = story.Edge.AgentLeg;
        story.FromEdge(new ReplacementAsked(alice, Consultation)).Is(CallPhase.Connected).Expects<ReplaceLeg>(replace => replace.Leg == alice).ExpectsNo<AgentReleased>();
        story.FromEdge(new LegReplaced(alice, Consultation)).Is(CallPhase.Connected).Expects<AgentReleased>(released => released.WrapUp == TimeSpan.FromSeconds(10)).ExpectsNo<HangUp>().ExpectsNo<UnbridgeLeg>();

        story.After(60).Is(CallPhase.Connected).CallerHangsUp().Expects<HangUp>(hangUp => hangUp.Leg == alice);
        story.Settles().HoldsNothing();
        Assert.Equal(("alice", Consultation, null, CallOutcome.Answered), (story.Record.Agent, story.Record.OutboundTo, story.Record.OutboundTrunk, story.Record.Outcome));
    }

    [Fact]
    public void The_other_call_may_end_first()
    {
        var story = Left();
        story.FromEdge(new LegEnded(story.Edge.AgentLeg, LegEndCause.RemoteHangup, null, null)).Is(CallPhase.Ended).Expects<HangUp>(hangUp => hangUp.Leg == 0);
        story.Settles().HoldsNothing();
        Assert.Equal("callee", story.Record.EndedBy);
    }

    [Fact]
    public void Failed_it_leaves_all_as_it_was()
    {
        var story = Talking();
        story.FromEdge(new ReplacementAsked(story.Edge.AgentLeg, Consultation)).AgentHangsUp().Is(CallPhase.Ended).Settles().HoldsNothing();
        Assert.Equal(("alice", null), (story.Record.Agent, story.Record.OutboundTo));
    }

    [Fact]
    public void It_is_refused_while_another_transfer_is_under_way()
    {
        var story = Talking();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, "agent:bob")).FromEdge(new ReplacementAsked(story.Edge.AgentLeg, Consultation))
            .Is(CallPhase.Transferring).Expects<TellTransfer>(tell => tell.Status == 491).ExpectsNo<ReplaceLeg>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void An_agent_who_called_may_leave_as_well_but_no_other_caller()
    {
        var story = new CallStory("agent:alice", trunk: null).Arrives().DirectAgentIsReserved().AgentAnswers().CallerIsConfirmed();
        story.FromEdge(new ReplacementAsked(0, Consultation)).Expects<ReplaceLeg>(replace => replace.Leg == 0);
        story.FromEdge(new LegReplaced(0, Consultation)).Is(CallPhase.Connected).ExpectsNo<AgentReleased>();
        story.AgentHangsUp().Expects<HangUp>(hangUp => hangUp.Leg == 0);
        story.Settles().HoldsNothing();
        Assert.Equal("alice", story.Record.Agent);

        Talking().FromEdge(new ReplacementAsked(0, Consultation)).Expects<TellTransfer>(tell => tell is { Leg: 0, Status: 491 }).ExpectsNo<ReplaceLeg>();
    }

    [Fact]
    public void A_party_that_goes_on_by_another_dialog_changes_nothing()
    {
        var story = Talking();
        story.FromEdge(new LegReplaced(story.Edge.AgentLeg, null)).FromEdge(new LegReplaced(0, null)).Is(CallPhase.Connected).ExpectsNo<AgentReleased>();
        story.AgentHangsUp().Settles().HoldsNothing();
        Assert.Contains(story.Record.Steps, step => step.What == "alice goes on by another dialog");
    }

    [Fact]
    public void A_transferor_who_is_replaced_while_another_agent_is_asked_ends_that()
    {
        var story = Talking();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, "agent:bob")).FromEdge(new LegReplaced(story.Edge.AgentLeg, Consultation)).Is(CallPhase.Connected).Expects<OfferDeclined>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void Whoever_supervises_the_agent_leaves_with_the_agent()
    {
        var story = Talking();
        var alice = story.Edge.AgentLeg;
        story.Supervise(SupervisionMode.Listen);
        var supervisor = story.SupervisorIsReserved().Call.Supervision!.Leg;
        story.SupervisorAnswers().FromEdge(new LegReplaced(alice, Consultation)).Is(CallPhase.Connected)
            .Expects<HangUp>(hangUp => hangUp.Leg == supervisor).Expects<BridgeLegs>(bridge => bridge.Other == alice);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_silo_that_dies_later_finds_the_call_as_it_is(bool storeFailed)
    {
        var story = Talking();
        var leg = story.Edge.AgentLeg;
        story.FromEdge(new LegReplaced(leg, Consultation)).SiloCrashes(storeFailed).EdgeAcknowledges().EdgeAttaches().Is(CallPhase.Connected).ExpectsNo<AgentStillBusy>();
        Assert.Equal((null, Consultation, leg), (story.Call.Agent, story.Call.Outbound!.To, story.Call.Outbound.Leg));
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_silo_that_dies_before_it_could_store_that_the_agent_left_hears_of_it_when_the_edge_attaches()
    {
        var story = Talking();
        var leg = story.Edge.AgentLeg;
        var stored = story.Stored;
        story.FromEdge(new LegReplaced(leg, Consultation)).Stored = stored;
        story.SiloCrashes().EdgeAcknowledges().EdgeAttaches().Is(CallPhase.Connected).ExpectsNo<AgentStillBusy>().Expects<AgentReleased>();
        Assert.Equal((null, Consultation, leg), (story.Call.Agent, story.Call.Outbound!.To, story.Call.Outbound.Leg));
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal("alice", story.Record.Agent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_phone_that_rings_and_is_replaced_has_answered(bool lost)
    {
        var story = new CallStory().Arrives().After(0.05).AgentIsReserved().Is(CallPhase.Ringing);
        var leg = story.Edge.AgentLeg;
        var stored = story.Stored;
        story.FromEdge(new LegReplaced(leg, Consultation), new LegAnswered(leg));
        if (lost)
        {
            story.Stored = stored;
            story.SiloCrashes().EdgeAcknowledges().EdgeAttaches();
        }
        story.Is(CallPhase.Connected).Expects<AnswerCaller>().Expects<BridgeLegs>(bridge => bridge.Other == leg).Expects<AgentAnswered>().Expects<AgentReleased>().Expects<Leave>(leave => leave.Reason == LeaveReason.Answered);
        story.CallerIsConfirmed().CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal((CallOutcome.Answered, "alice"), (story.Record.Outcome, story.Record.Agent));
    }

    [Fact]
    public void A_leg_that_its_agent_leaves_to_another_call_is_kept_by_the_edge_until_that_is_over()
    {
        var story = Talking();
        var alice = story.Edge.AgentLeg;
        story.IsKept(alice, "alice").Is(CallPhase.Connected).Expects<KeepLeg>(keep => keep.Leg == alice && keep.Keep).ExpectsNo<AgentReleased>();
        Assert.True(story.IsKeepUnderWay);
        Assert.True(story.IsKept(alice, "alice").ExpectsNo<KeepLeg>().IsKeepUnderWay);
        Assert.False(story.FromEdge(new LegKept(alice)).IsKept(alice, "alice").ExpectsNo<KeepLeg>().IsKeepUnderWay);
        // The edge may have let it go by itself since: who asks anew is told anew.
        story.EdgeAcknowledges().IsKept(alice, "alice").Expects<KeepLeg>(keep => keep.Keep);
        story.FromEdge(new LegKept(alice));
        story.IsKept(alice, "alice", keep: false).Expects<KeepLeg>(keep => keep.Leg == alice && !keep.Keep);
        // Not somebody else's leg, and none that is left already.
        Assert.False(story.IsKept(alice, "bob").IsKeepUnderWay);
        story.ExpectsNo<KeepLeg>().IsKept(0, "alice").ExpectsNo<KeepLeg>();
        story.FromEdge(new LegReplaced(alice, Consultation)).IsKept(alice, "alice").ExpectsNo<KeepLeg>();
        story.CallerHangsUp().IsKept(alice, "alice").ExpectsNo<KeepLeg>().Settles().HoldsNothing();
        new CallStory("agent:alice", trunk: null).Arrives().DirectAgentIsReserved().AgentAnswers().CallerIsConfirmed().IsKept(0, "bob").Expects<KeepLeg>(keep => keep.Leg == 0);
    }

    private static CallStory Left()
    {
        var story = Talking();
        return story.FromEdge(new LegReplaced(story.Edge.AgentLeg, Consultation));
    }

    private static CallStory Talking() => new CallStory().Arrives().After(0.05).AgentIsReserved().AgentAnswers().CallerIsConfirmed().Is(CallPhase.Connected);
}
