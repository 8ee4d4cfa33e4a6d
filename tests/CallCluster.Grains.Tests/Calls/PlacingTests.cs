using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Tickets;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>Calls that begin at our side: an edge, a trunk, the party, and then as any caller; or an agent first.</summary>
public sealed class PlacingTests
{
    private const string Number = "tel:+15550199";
    private static readonly PlacedCall ToNumber = new() { To = Number, CallerId = "+15550100", Timeout = TimeSpan.FromSeconds(20) };

    private static CallStory Begun(string destination = "queue:support", PlacedCall? placed = null) =>
        new CallStory(placed ?? ToNumber, destination).EdgesAreListed("edge1").EdgeBegins();

    [Fact]
    public void Who_answers_is_led_to_the_destination_like_a_caller()
    {
        var story = new CallStory(ToNumber, "queue:support").Is(CallPhase.FindingEdge).EdgesAreListed("edge1");
        Assert.Equal(("edge1", 1), (story.Said[^1].To, story.Expect<BeginCall>().Epoch));
        story.EdgeBegins().Is(CallPhase.AcquiringCallersTrunk).ExpectsNo<Dial>();
        Assert.True(story.Expect<AcquireChannel>().Leg > 0); // an outbound channel
        story.CallersTrunkIsGranted().Is(CallPhase.DiallingCaller).Expects<Dial>(dial => dial is { AsCaller: true, Trunk: "carrier", To: Number, Caller: "+15550100" });
        story.FromEdge(new LegRinging(0)).CallerAnswers().Is(CallPhase.Queued);
        story.AgentIsReserved().AgentAnswers().Is(CallPhase.Connected).Expects<BridgeLegs>().ExpectsNo<AnswerCaller>();
        story.AgentHangsUp().Expects<HangUp>(hangUp => hangUp.Leg == 0).Settles().HoldsNothing();
        Assert.Equal((CallOutcome.Answered, Number, "carrier", "alice"), (story.Record.Outcome, story.Record.PlacedTo, story.Record.Trunk, story.Record.Agent));
    }

    [Fact]
    public void An_agent_who_is_rung_first_and_forwards_the_phone_has_nobody_to_send_on()
    {
        var story = Begun("agent:alice", ToNumber with { Agent = "alice" }).DirectAgentIsReserved();
        story.FromEdge(new LegEnded(story.Edge.AgentLeg, LegEndCause.Rejected, 302, null) { RedirectedTo = "queue:support" }).Is(CallPhase.Ended).Settles().HoldsNothing();
        Assert.NotEqual(CallOutcome.Answered, story.Record.Outcome);
    }

    [Theory]
    [InlineData(LegEndCause.Busy, 486)]
    [InlineData(LegEndCause.Rejected, 603)]
    [InlineData(LegEndCause.NoAnswer, 480)]
    public void Who_is_not_reached_has_a_record_that_says_so(LegEndCause cause, int status)
    {
        var story = Begun().CallersTrunkIsGranted().FromEdge(new LegEnded(0, cause, status, null)).Is(CallPhase.Ended);
        story.Settles().HoldsNothing();
        Assert.Equal((CallOutcome.NotReached, "callee"), (story.Record.Outcome, story.Record.EndedBy));
        Assert.Contains(story.Record.Steps, step => step.What == $"{Number} through carrier: {status}");
    }

    [Fact]
    public void It_rings_no_longer_than_asked_for()
    {
        var story = Begun().CallersTrunkIsGranted().FromEdge(new LegRinging(0)).After(20).Expects<HangUp>(hangUp => hangUp.Leg == 0);
        story.Settles().HoldsNothing();
        Assert.Equal(CallOutcome.NotReached, story.Record.Outcome);
    }

    [Fact]
    public void The_next_trunk_is_tried_and_each_attempt_has_a_number()
    {
        var story = Begun().CallersTrunkIsGranted();
        var first = story.Expect<Dial>().Leg;
        story.FromEdge(new LegEnded(0, LegEndCause.Failed, 503, null)).Expects<ReleaseChannel>(release => release.Leg == first);
        story.CallersTrunkIsGranted().Expects<Dial>(dial => dial.Trunk == "backup" && dial.Leg > first);
        story.CallerAnswers().CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal("backup", story.Record.Trunk);
    }

    [Fact]
    public void A_silent_edge_is_left_for_the_next_and_rings_nobody()
    {
        var story = new CallStory(ToNumber, "queue:support").EdgesAreListed("a", "b");
        var first = story.Expect<BeginCall>();
        story.After(1).Expects<BeginCall>(begin => begin.Epoch == first.Epoch + 1);
        Assert.NotEqual("", story.Call.EdgeId);
        story.Post(new EdgeRefused(story.Call.EdgeId, story.Call.Epoch)).After(0.5).EdgesAreListed().ExpectsNo<BeginCall>();
        story.After(10).Is(CallPhase.Ended);
        Assert.Equal(CallOutcome.Failed, story.Record.Outcome);
    }

    [Fact]
    public void Without_any_edge_the_call_fails_and_nothing_is_left()
    {
        var story = new CallStory(ToNumber, "queue:support").After(10).Is(CallPhase.Ended).RecordIsWritten().After(10);
        Assert.True(story.Cleared);
        Assert.Contains(story.Record.Steps, step => step.What == "no edge carries the call");
    }

    [Fact]
    public void An_agent_is_rung_first_and_hears_ringing_until_the_number_answers()
    {
        var story = Begun("agent:alice", ToNumber with { Agent = "alice", Ticket = "t1" }).Is(CallPhase.Reserving).DirectAgentIsReserved().Is(CallPhase.Ringing).ExpectsNo<Dial>();
        var leg = story.Expect<Originate>().Leg;
        story.AgentAnswers().Is(CallPhase.AcquiringCallersTrunk).Expects<Play>(play => play.Leg == leg && play.Prompts[0] == "ringback");
        story.CallersTrunkIsGranted().CallerAnswers().Is(CallPhase.Connected).Expects<BridgeLegs>(bridge => bridge.Other == leg);
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal((CallOutcome.Answered, "alice", "t1"), (story.Record.Outcome, story.Record.Agent, story.Record.Ticket));
    }

    [Theory]
    [InlineData("agent refuses")]
    [InlineData("agent does not answer")]
    [InlineData("number is busy")]
    [InlineData("ended by the API")]
    public void A_ticket_whose_caller_was_not_reached_is_given_back_by_the_version_it_was_claimed_by(string how)
    {
        var story = Begun("agent:alice", ToNumber with { Agent = "alice", Ticket = "t1", TicketVersion = 7 });
        if (how == "agent refuses") story.Post(new AgentRefused("alice", story.Call.Agent!.OfferId, "Busy"));
        else story.DirectAgentIsReserved();
        if (how == "agent does not answer") story.AgentLegEnds(LegEndCause.NoAnswer);
        if (how == "number is busy") story.AgentAnswers().CallersTrunkIsGranted().FromEdge(new LegEnded(0, LegEndCause.Busy, 486, null));
        if (how == "ended by the API") story.ApiHangsUp();
        story.Is(CallPhase.Ended).Settles().HoldsNothing();
        Assert.All(story.Said.Where(said => said.To == "t1"), said => Assert.Equal(new CallBackFailed(7), said.What));
        Assert.Contains(story.Said, said => said.To == "t1");
    }

    [Fact]
    public void A_ticket_whose_caller_was_reached_stays_with_the_agent()
    {
        var story = Begun("agent:alice", ToNumber with { Agent = "alice", Ticket = "t1", TicketVersion = 7 }).DirectAgentIsReserved().AgentAnswers().CallersTrunkIsGranted().CallerAnswers();
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.DoesNotContain(story.Said, said => said.To == "t1");
    }

    [Fact]
    public void An_agent_who_hangs_up_first_ends_the_attempt()
    {
        var story = Begun("agent:alice", ToNumber with { Agent = "alice" }).DirectAgentIsReserved();
        var leg = story.Expect<Originate>().Leg;
        story.AgentAnswers().CallersTrunkIsGranted().FromEdge(new LegEnded(leg, LegEndCause.RemoteHangup, null, null));
        story.Is(CallPhase.Ended).Expects<HangUp>(hangUp => hangUp.Leg == 0).Settles().HoldsNothing();
        Assert.Equal((CallOutcome.NotReached, "agent"), (story.Record.Outcome, story.Record.EndedBy));
    }

    [Fact]
    public void The_API_ends_it_at_any_time()
    {
        var story = Begun().CallersTrunkIsGranted().ApiHangsUp().Expects<HangUp>(hangUp => hangUp.Leg == 0);
        story.Settles().HoldsNothing();
        Assert.Equal("api", story.Record.EndedBy);
        new CallStory().Arrives().ApiHangsUp().Expects<RejectCaller>(reject => reject.Status == 480).Settles().HoldsNothing();
    }

    [Fact]
    public void An_edge_that_dies_while_it_dials_ends_it()
    {
        var story = Begun().CallersTrunkIsGranted().Post(new CallEdgeLost("edge1")).Is(CallPhase.Ended);
        Assert.False(story.ChannelHeld);
        story.RecordIsWritten().After(10);
        Assert.True(story.Cleared);
        Assert.Equal((CallOutcome.Failed, "edge"), (story.Record.Outcome, story.Record.EndedBy));
    }

    [Fact]
    public void After_a_crash_it_goes_on_and_nobody_is_dialled_twice()
    {
        var story = Begun().CallersTrunkIsGranted().SiloCrashes().EdgeAcknowledges();
        Assert.Equal(story.Call.CallerWay!.Leg, story.Expect<Dial>().Leg); // the same attempt: nothing new at the edge
        story.EdgeAttaches().Is(CallPhase.DiallingCaller).CallerAnswers().Is(CallPhase.Queued).CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void With_its_state_lost_it_goes_on_from_the_dialled_leg()
    {
        var story = Begun().CallersTrunkIsGranted().SiloCrashes(storeFailed: true).EdgeAttaches().Is(CallPhase.DiallingCaller).Expects<ChannelHeld>();
        story.CallerAnswers().Is(CallPhase.Queued).CallerHangsUp().Settles().HoldsNothing();
    }
}
