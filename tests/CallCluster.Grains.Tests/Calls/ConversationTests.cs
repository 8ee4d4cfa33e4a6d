using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>What an agent does in a conversation by the API: transfer, hold, resume.</summary>
public sealed class ConversationTests
{
    [Fact]
    public void A_held_caller_hears_music_until_the_two_talk_on_and_asking_again_changes_nothing()
    {
        var story = Talking();
        var alice = story.Edge.AgentLeg;
        Assert.Equal(ConversationChangeStatus.Accepted, story.Change(new HoldCaller()));
        story.Is(CallPhase.Connected).Expects<UnbridgeLeg>().Expects<HoldLeg>(hold => hold.Leg == alice).Expects<Play>(play => play is { Leg: 0, Loop: true, Prompts: ["hold"] });
        Assert.Equal((alice, "hold", true), (story.Edge.Held, story.Edge.Playing, story.Machine.View()!.Held));
        Assert.Equal(ConversationChangeStatus.Accepted, story.Change(new HoldCaller()));
        Assert.Empty(story.Last);

        Assert.Equal(ConversationChangeStatus.Accepted, story.Change(new ResumeCaller()));
        Assert.Equal((null, null, false), (story.Edge.Held, story.Edge.Playing, story.Machine.View()!.Held));
        story.Expects<BridgeLegs>(bridge => bridge.Other == alice);
        Assert.Equal(ConversationChangeStatus.Accepted, story.Change(new ResumeCaller()));
        Assert.Empty(story.Last);
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Superset(new HashSet<string> { "alice holds the caller", "alice talks on with the caller" }, story.Record.Steps.Select(step => step.What).ToHashSet());
    }

    [Fact]
    public void A_silo_that_dies_while_the_caller_is_held_does_not_join_the_two()
    {
        var story = Talking();
        story.Change(new HoldCaller());
        story.SiloCrashes().EdgeAcknowledges().EdgeAttaches().ExpectsNo<BridgeLegs>();
        Assert.Equal((story.Edge.AgentLeg, "hold"), (story.Edge.Held, story.Edge.Playing));
        story.Change(new ResumeCaller());
        Assert.Null(story.Edge.Held);
        story.AgentHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_supervisor_waits_through_a_hold_and_hears_both_again()
    {
        var story = Talking();
        var alice = story.Edge.AgentLeg;
        story.Supervise(SupervisionMode.Listen);
        story.SupervisorIsReserved().SupervisorAnswers();
        story.Change(new HoldCaller());
        Assert.Equal([story.Call.Supervision!.Leg], story.Edge.Mixed!.Select(hearing => hearing.Leg));
        story.Change(new ResumeCaller());
        Assert.Equal([0, alice, story.Call.Supervision!.Leg], story.Edge.Mixed!.Select(hearing => hearing.Leg));
        story.Change(new HoldCaller());
        story.EndSupervision();
        story.ExpectsNo<BridgeLegs>();
        Assert.Equal(alice, story.Edge.Held);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void Who_takes_the_place_of_an_agent_who_holds_talks_with_the_caller()
    {
        var story = Talking();
        var alice = story.Edge.AgentLeg;
        story.Change(new HoldCaller());
        story.FromEdge(new LegReplaced(alice, "call:other")).Expects<BridgeLegs>(bridge => bridge.Other == alice);
        Assert.False(story.Machine.View()!.Held);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Theory]
    [InlineData("queue:sales", CallPhase.Queued)]
    [InlineData("voicemail:plain", CallPhase.VoicemailBeep)]
    [InlineData("flow:main", CallPhase.Greeting)]
    public void A_transfer_to_who_takes_everybody_is_done_at_once_also_from_hold(string to, CallPhase phase)
    {
        var story = Talking();
        var alice = story.Edge.AgentLeg;
        story.Change(new HoldCaller());
        Assert.Equal(ConversationChangeStatus.Accepted, story.Change(new TransferCaller(to), by: "alice"));
        story.Is(phase).Expects<HangUp>(hangUp => hangUp.Leg == alice).Expects<AgentReleased>();
        Assert.Equal(new TransferView(to, "alice", TransferState.Done), story.Machine.View()!.Transfer);
        Assert.False(story.Machine.View()!.Held);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_transfer_to_an_agent_is_pending_until_the_agent_is_reserved_and_asked_for_once()
    {
        var story = Talking();
        story.Change(new TransferCaller("agent:bob"));
        story.Is(CallPhase.Transferring).Expects<Reserve>();
        Assert.Equal(new TransferView("agent:bob", "alice", TransferState.Pending), story.Machine.View()!.Transfer);
        Assert.Equal(ConversationChangeStatus.Accepted, story.Change(new TransferCaller("agent:bob")));
        Assert.Empty(story.Last);
        Assert.Equal(ConversationChangeStatus.TransferUnderWay, story.Change(new TransferCaller("queue:sales")));
        story.TransfereeIsReserved();
        Assert.Equal(TransferState.Done, story.Machine.View()!.Transfer!.State);
        story.AgentAnswers().Is(CallPhase.Connected).CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal("bob", story.Record.Agent);
    }

    [Fact]
    public void A_transfer_that_fails_says_why_and_a_held_caller_stays_held()
    {
        var story = Talking();
        story.Change(new HoldCaller());
        story.Change(new TransferCaller("agent:bob"));
        story.Post(new AgentRefused("bob", story.Call.Transfer!.OfferId, "Away")).Is(CallPhase.Connected).ExpectsNo<BridgeLegs>();
        Assert.Equal(new TransferView("agent:bob", "alice", TransferState.Failed, "the agent is Away"), story.Machine.View()!.Transfer);
        Assert.Equal(story.Edge.AgentLeg, story.Edge.Held);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_transfer_to_a_number_keeps_the_agent_until_the_number_answers()
    {
        var story = Talking();
        story.Change(new TransferCaller("tel:+15550777"));
        story.OutboundIsGranted().Is(CallPhase.Dialling).ExpectsNo<UnbridgeLeg>();
        story.FromEdge(new LegAnswered(story.Call.Outbound!.Leg)).Is(CallPhase.Connected).Expects<AgentReleased>();
        Assert.Equal(TransferState.Done, story.Machine.View()!.Transfer!.State);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Theory]
    [InlineData("agent:alice")]
    [InlineData("agent:nobody")]
    public void Nobody_is_transferred_to_where_nobody_else_is(string to)
    {
        var story = Talking();
        Assert.Equal(ConversationChangeStatus.NobodyThere, story.Change(new TransferCaller(to)));
        Assert.Null(story.Machine.View()!.Transfer);
        story.Is(CallPhase.Connected).CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void Calls_of_others_are_unknown_to_an_agent_and_who_waits_is_with_nobody()
    {
        var story = Talking();
        Assert.Equal(ConversationChangeStatus.UnknownCall, story.Change(new HoldCaller(), by: "bob"));
        Assert.Null(story.Edge.Held);
        var waiting = new CallStory().Arrives().After(0.2);
        Assert.Equal(ConversationChangeStatus.NotWithAgent, waiting.Change(new HoldCaller()));
        Assert.Equal(ConversationChangeStatus.UnknownCall, new CallStory().Change(new HoldCaller()));
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    private static CallStory Talking() => new CallStory().Arrives().After(0.05).AgentIsReserved().AgentAnswers().CallerIsConfirmed().Is(CallPhase.Connected);
}
