using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>PROTOCOL rule 10: agent's reservation, call's consent, ring; one offer at a time (I2).</summary>
public sealed class OfferTests
{
    [Fact]
    public void Consent_goes_to_agent_and_queue_and_the_phone_is_called()
    {
        var story = new CallStory().Arrives().AgentIsReserved().Expects<OfferAccepted>();
        Assert.Equal("alice", story.Expect<Offering>().AgentId);
        var originate = story.Expect<Originate>();
        Assert.Equal((1, "sip:alice@127.0.0.1:7001", "+15550111", "support"), (originate.Leg, originate.Target, originate.Caller, originate.Queue));
    }

    [Fact]
    public void A_second_offer_is_declined()
    {
        var story = new CallStory().Arrives().AgentIsReserved("alice").AgentIsReserved("bob").Expects<OfferDeclined>().ExpectsNo<Originate>();
        Assert.Equal("alice", story.Expect<Offering>().AgentId);
        story.AgentAnswers().AgentIsReserved("bob").Expects<OfferDeclined>().Expects<Leave>();
    }

    [Fact]
    public void An_offer_of_a_queue_that_the_caller_left_is_declined_and_the_queue_told()
    {
        var story = new CallStory().Arrives().Overflows("queue:sales").AgentIsReserved("alice", "support").Expects<OfferDeclined>();
        Assert.Equal("support", story.Said.Last(said => said.What is Leave).To);
        story.Is(CallPhase.Queued);
    }

    [Fact]
    public void A_reservation_that_is_gone_lets_the_phone_go_and_the_caller_wait_on()
    {
        var story = new CallStory().Arrives().AgentIsReserved().After(1);
        story.Post(new AgentRefused("alice", story.Call.Agent!.OfferId, "Busy")).Is(CallPhase.Queued).Expects<HangUp>().ExpectsNo<AgentDidNotAnswer>();
        Assert.Empty(story.Expect<Enqueue>().RefusedBy);
    }

    [Fact]
    public void An_agent_in_doubt_is_answered_from_the_state()
    {
        var story = new CallStory().Arrives().AgentIsReserved();
        var offer = story.Call.Agent!.OfferId;
        Assert.False(story.Post(new AgentInquiry("alice", offer)).Expect<AgentStillBusy>().Answered);
        Assert.True(story.AgentAnswers().Post(new AgentInquiry("alice", offer)).Expect<AgentStillBusy>().Answered);
        story.Post(new AgentInquiry("alice", "another")).Expects<AgentReleased>(released => released.OfferId == "another");
        story.CallerHangsUp();
        Assert.Equal(TimeSpan.FromSeconds(10), story.Post(new AgentInquiry("alice", offer)).Expect<AgentReleased>().WrapUp);
    }

    [Theory]
    [InlineData("agent:bob", CallPhase.Reserving)]
    [InlineData("queue:sales", CallPhase.Queued)]
    [InlineData("flow:main", CallPhase.Greeting)]
    public void A_phone_that_redirects_sends_the_caller_there_and_its_agent_has_refused(string to, CallPhase phase)
    {
        var story = new CallStory().Arrives().AgentIsReserved();
        story.FromEdge(new LegEnded(story.Edge.AgentLeg, LegEndCause.Rejected, 302, null) { RedirectedTo = to }).Is(phase).Expects<AgentDidNotAnswer>(silent => silent.Cause == LegEndCause.Rejected)
            .Expects<Leave>().ExpectsNo<AgentReleased>().ExpectsNo<HangUp>();
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Contains(story.Record.Steps, step => step.What == $"alice's phone redirects to {to}");
    }

    [Fact]
    public void A_phone_that_redirects_to_the_queue_that_rings_it_has_refused()
    {
        var story = new CallStory().Arrives().AgentIsReserved();
        story.FromEdge(new LegEnded(story.Edge.AgentLeg, LegEndCause.Rejected, 302, null) { RedirectedTo = "queue:support" }).Is(CallPhase.Queued).Expects<AgentDidNotAnswer>();
        Assert.Equal("alice", Assert.Single(story.Expect<Enqueue>().RefusedBy).AgentId);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Theory]
    [InlineData("busy")]
    [InlineData("silent")]
    [InlineData("refuses")]
    public void A_caller_of_a_queue_who_is_sent_to_an_agent_that_does_not_take_them_goes_back_to_their_place(string how)
    {
        var story = new CallStory().Arrives().AgentIsReserved();
        var place = story.Call.Place;
        story.FromEdge(new LegEnded(story.Edge.AgentLeg, LegEndCause.Rejected, 302, null) { RedirectedTo = "agent:bob" }).Is(CallPhase.Reserving);
        if (how == "busy") story.Post(new AgentRefused("bob", story.Call.Agent!.OfferId, "Busy"));
        else if (how == "silent") story.After(4.5);
        else story.DirectAgentIsReserved().AgentLegEnds(LegEndCause.Rejected);
        story.Is(CallPhase.Queued).ExpectsNo<RejectCaller>();
        Assert.Equal(["alice", "bob"], story.Expect<Enqueue>().RefusedBy.Select(refused => refused.AgentId));
        Assert.Equal((place, 0), (story.Call.Place, story.Call.Hops));
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_caller_who_was_transferred_to_a_phone_that_redirects_to_somebody_busy_is_back_in_the_queue()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentAnswers();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, "agent:bob")).TransfereeIsReserved();
        story.FromEdge(new LegEnded(story.Edge.AgentLeg, LegEndCause.Rejected, 302, null) { RedirectedTo = "agent:alice" }).Is(CallPhase.Reserving);
        story.Post(new AgentRefused("alice", story.Call.Agent!.OfferId, "WrapUp")).Is(CallPhase.Queued).ExpectsNo<HangUp>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_caller_of_a_queue_who_is_sent_to_what_is_not_configured_here_is_back_in_the_queue()
    {
        var story = new CallStory().Arrives().AgentIsReserved();
        story.FromEdge(new LegEnded(story.Edge.AgentLeg, LegEndCause.Rejected, 302, null) { RedirectedTo = "queue:new" }).Is(CallPhase.Queued).ExpectsNo<RejectCaller>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void Phones_that_redirect_to_each_other_are_a_circle_that_ends()
    {
        var story = new CallStory("agent:alice").Arrives();
        while (story.Call.Phase != CallPhase.Ended)
        {
            var other = story.Call.Agent!.AgentId == "alice" ? "bob" : "alice";
            story.DirectAgentIsReserved().FromEdge(new LegEnded(story.Edge.AgentLeg, LegEndCause.Rejected, 302, null) { RedirectedTo = $"agent:{other}" });
        }
        story.Expects<RejectCaller>(reject => reject.Status == 482).Settles().HoldsNothing();
    }

    [Fact]
    public void A_direct_agent_is_asked_until_there_is_an_answer()
    {
        var story = new CallStory("agent:alice").Arrives();
        var reserve = story.Expect<Reserve>();
        Assert.Null(reserve.Queue);
        Assert.Equal(reserve, story.After(0.5).Expect<Reserve>());
        story.DirectAgentIsReserved().Is(CallPhase.Ringing).Expects<SendRinging>().ExpectsNo<Offering>();
    }

    [Theory]
    [InlineData("Busy", 486)]
    [InlineData("WrapUp", 486)]
    [InlineData("Away", 480)]
    [InlineData("Offline", 480)]
    public void A_direct_agent_who_is_not_free_is_busy_or_unavailable(string presence, int status)
    {
        var story = new CallStory("agent:alice").Arrives();
        story.Post(new AgentRefused("alice", story.Call.Agent!.OfferId, presence));
        Assert.Equal(status, story.Expect<RejectCaller>().Status);
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_direct_agent_who_cannot_be_asked_is_unavailable()
    {
        var story = new CallStory("agent:alice").Arrives().After(5).Expects<OfferDeclined>();
        Assert.Equal(480, story.Expect<RejectCaller>().Status);
        story.Settles().HoldsNothing();
    }

    [Theory]
    [InlineData(LegEndCause.Busy, 486)]
    [InlineData(LegEndCause.Rejected, 480)]
    [InlineData(LegEndCause.Failed, 480)]
    public void A_direct_agent_who_does_not_take_the_call_ends_it(LegEndCause cause, int status)
    {
        var story = new CallStory("agent:alice").Arrives().DirectAgentIsReserved().AgentLegEnds(cause);
        Assert.Equal(status, story.Expect<RejectCaller>().Status);
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_direct_agent_is_rung_for_thirty_seconds()
    {
        var story = new CallStory("agent:alice").Arrives().DirectAgentIsReserved().EdgeAcknowledges().After(29).Is(CallPhase.Ringing).After(1).Is(CallPhase.Ended);
        Assert.Equal(LegEndCause.NoAnswer, story.Expect<AgentDidNotAnswer>().Cause);
    }

    [Fact]
    public void A_caller_who_chose_an_agent_from_a_menu_hears_ringback()
    {
        var story = new CallStory("flow:main").Arrives().Keys("0#").DirectAgentIsReserved().ExpectsNo<SendRinging>();
        Assert.True(story.Expect<Play>() is { Prompts: ["ringback"], Loop: true });
    }
}
