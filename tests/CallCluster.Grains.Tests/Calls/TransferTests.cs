using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>An agent sends the caller elsewhere.</summary>
public sealed class TransferTests
{
    [Fact]
    public void To_a_queue_the_agent_is_let_go_at_once_and_another_takes_over()
    {
        var story = Talking();
        var alice = story.Edge.AgentLeg;
        story.FromEdge(new TransferAsked(alice, "queue:sales")).Is(CallPhase.Queued)
            .Expects<UnbridgeLeg>(unbridge => unbridge.Leg == 0).Expects<TellTransfer>(tell => tell == new TellTransfer(alice, 200) { Id = tell.Id }).Expects<HangUp>(hangUp => hangUp.Leg == alice)
            .Expects<AgentReleased>(released => released.WrapUp == TimeSpan.FromSeconds(10))
            .Expects<Enqueue>(enqueue => enqueue.RefusedBy is [{ AgentId: "alice" }]).Expects<Play>(play => play.Prompts is ["hold"]);

        story.FromEdge(new LegEnded(alice, LegEndCause.LocalHangup, null, null)).AgentIsReserved("bob").AgentAnswers().Is(CallPhase.Connected)
            .Expects<BridgeLegs>(bridge => bridge.Other != alice).CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal(("bob", CallOutcome.Answered), (story.Record.Agent, story.Record.Outcome));
    }

    [Theory]
    [InlineData("voicemail:plain", CallPhase.VoicemailBeep)]
    [InlineData("flow:main", CallPhase.Greeting)]
    public void To_a_box_or_flow_the_caller_is_there_at_once(string to, CallPhase phase)
    {
        var story = Talking();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, to)).Is(phase).Expects<TellTransfer>(tell => tell.Status == 200);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void To_an_agent_the_first_one_keeps_the_caller_until_the_other_is_reserved()
    {
        var story = Talking();
        var alice = story.Edge.AgentLeg;
        story.FromEdge(new TransferAsked(alice, "agent:bob")).Is(CallPhase.Transferring).Expects<Reserve>().ExpectsNo<UnbridgeLeg>();
        Assert.Equal(CallState.Transferring, story.Machine.View()!.State);

        story.TransfereeIsReserved().Is(CallPhase.Ringing).Expects<UnbridgeLeg>().Expects<TellTransfer>(tell => tell.Status == 200).Expects<Originate>(originate => originate.AgentId == "bob");
        story.AgentAnswers().Is(CallPhase.Connected).AgentHangsUp().Settles().HoldsNothing();
        Assert.Equal("bob", story.Record.Agent);
    }

    [Theory]
    [InlineData("Busy", 486)]
    [InlineData("Away", 480)]
    public void A_busy_or_absent_agent_leaves_the_caller_where_they_are(string presence, int status)
    {
        var story = Talking();
        var alice = story.Edge.AgentLeg;
        story.FromEdge(new TransferAsked(alice, "agent:bob"));
        story.Post(new AgentRefused("bob", story.Call.Transfer!.OfferId, presence)).Is(CallPhase.Connected)
            .Expects<TellTransfer>(tell => tell == new TellTransfer(alice, status) { Id = tell.Id }).ExpectsNo<UnbridgeLeg>();
        story.AgentHangsUp().Settles().HoldsNothing();
        Assert.Equal("alice", story.Record.Agent);
    }

    [Fact]
    public void A_silent_agent_grain_leaves_the_caller_where_they_are_and_a_late_reservation_is_declined()
    {
        var story = Talking();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, "agent:bob"));
        var offer = story.Call.Transfer!.OfferId;
        story.After(4.5).Is(CallPhase.Connected).Expects<TellTransfer>(tell => tell.Status == 480).Expects<OfferDeclined>();
        story.Post(new AgentReserved("bob", offer, null, "sip:bob@127.0.0.1:7001")).Is(CallPhase.Connected).Expects<OfferDeclined>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void An_agent_who_hangs_up_before_the_outcome_is_released_and_the_transfer_goes_on()
    {
        var story = Talking();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, "agent:bob")).AgentHangsUp().Is(CallPhase.Transferring).Expects<AgentReleased>().Expects<Play>(play => play.Loop);
        story.TransfereeIsReserved().AgentAnswers().Is(CallPhase.Connected).CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal("bob", story.Record.Agent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_caller_whom_nobody_takes_goes_back_to_the_queue_at_the_old_place(bool reserved)
    {
        var story = Talking();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, "agent:bob")).AgentHangsUp();
        if (reserved) story.TransfereeIsReserved().AgentLegEnds(LegEndCause.NoAnswer);
        else story.Post(new AgentRefused("bob", story.Call.Transfer!.OfferId, "Busy"));

        var back = story.Is(CallPhase.Queued).Expect<Enqueue>();
        Assert.Equal(CallStory.Start.UtcTicks, back.Place);
        Assert.Contains(back.RefusedBy, refused => refused.AgentId == "bob");
        story.AgentIsReserved("alice").AgentAnswers().Is(CallPhase.Connected).CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_caller_who_never_waited_in_a_queue_cannot_go_back()
    {
        var story = new CallStory("agent:alice").Arrives().DirectAgentIsReserved().AgentAnswers().CallerIsConfirmed();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, "agent:bob")).TransfereeIsReserved().AgentLegEnds(LegEndCause.Busy).Is(CallPhase.Ended);
        story.Settles().HoldsNothing();
        Assert.Equal(CallOutcome.Answered, story.Record.Outcome);
    }

    [Theory]
    [InlineData("agent:alice")]
    [InlineData("agent:nobody")]
    [InlineData("nonsense")]
    public void Where_there_is_nobody_else_the_agent_is_told_so(string to)
    {
        var story = Talking();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, to)).Is(CallPhase.Connected).Expects<TellTransfer>(tell => tell.Status == 404);
    }

    [Fact]
    public void One_transfer_at_a_time()
    {
        var story = Talking();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, "agent:bob")).FromEdge(new TransferAsked(story.Edge.AgentLeg, "queue:sales"))
            .Is(CallPhase.Transferring).Expects<TellTransfer>(tell => tell.Status == 491);
        story.CallerHangsUp().Expects<OfferDeclined>().Expects<AgentReleased>();
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_silo_that_dies_while_the_agent_is_asked_for_asks_again()
    {
        var story = Talking();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, "agent:bob")).SiloCrashes().EdgeAcknowledges().EdgeAttaches().After(1.1).Is(CallPhase.Transferring).Expects<Reserve>();
        story.TransfereeIsReserved().AgentAnswers().Is(CallPhase.Connected).CallerHangsUp().Settles().HoldsNothing();
    }

    private static CallStory Talking() => new CallStory().Arrives().After(0.05).AgentIsReserved().AgentAnswers().CallerIsConfirmed().Is(CallPhase.Connected);
}
