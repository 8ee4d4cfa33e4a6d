using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>Phones that ring together: one winner, no losers (complaints 4 and 5).</summary>
public sealed class RingAllTests
{
    [Fact]
    public void All_who_are_reserved_ring_and_are_consented_to()
    {
        var story = Rings("alice", "bob");
        Assert.Equal(["alice", "bob"], story.Edge.Executed.OfType<Originate>().Select(originate => originate.AgentId));
        Assert.Equal([1, 2], story.Edge.Executed.OfType<Originate>().Select(originate => originate.Leg));
        Assert.Single(story.Edge.Executed.OfType<SendRinging>());
        story.ExpectsNo<OfferDeclined>().ExpectsNo<Offering>().Expects<OfferAccepted>();
    }

    [Theory]
    [InlineData(1, "alice", "bob")]
    [InlineData(2, "bob", "alice")]
    public void The_first_to_answer_has_the_caller_and_the_other_hears_that_it_was_completed_elsewhere(int leg, string winner, string loser)
    {
        var story = Rings("alice", "bob").FromEdge(new LegAnswered(leg)).Is(CallPhase.Connected);
        Assert.Equal(winner, story.Call.Agent!.AgentId);
        Assert.True(story.Expect<HangUp>() is { Status: 200, Leg: var other } && other == 3 - leg);
        Assert.Equal(leg, story.Expect<BridgeLegs>().Other);
        story.Expects<AgentReleased>(released => released.WrapUp == TimeSpan.Zero && story.Said.Contains((loser, released))).ExpectsNo<AgentDidNotAnswer>();
        Assert.Equal(winner, story.Said.Single(said => said.What is AgentAnswered).To);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void Complaint_4_two_agents_who_answer_the_same_call_at_once_are_one_winner_and_one_who_is_told_so()
    {
        var story = Rings("alice", "bob").FromEdge(new LegAnswered(2), new LegAnswered(1)).Is(CallPhase.Connected);
        Assert.Equal("bob", story.Call.Agent!.AgentId);
        Assert.All(story.Edge.Executed.OfType<HangUp>(), hangUp => Assert.Equal((1, 200, "Call completed elsewhere"), (hangUp.Leg, hangUp.Status, hangUp.Reason)));
        Assert.Single(story.Edge.Executed.OfType<BridgeLegs>());
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void Complaint_4_cleaning_up_after_the_others_does_not_drop_the_winner()
    {
        var story = Rings("alice", "bob", "carol").FromEdge(new LegAnswered(2));
        story.FromEdge(new LegEnded(1, LegEndCause.LocalHangup, null, null), new LegEnded(3, LegEndCause.LocalHangup, null, null)).Is(CallPhase.Connected).ExpectsNo<HangUp>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Theory]
    [InlineData(LegEndCause.Busy)]
    [InlineData(LegEndCause.Rejected)]
    [InlineData(LegEndCause.Failed)]
    public void One_who_does_not_take_the_call_ends_nothing_for_the_others(LegEndCause cause)
    {
        var story = Rings("alice", "bob").FromEdge(new LegEnded(1, cause, null, null)).Is(CallPhase.Ringing).ExpectsNo<HangUp>().ExpectsNo<Enqueue>();
        Assert.Equal(("alice", cause), (story.Said[^1].To, story.Expect<AgentDidNotAnswer>().Cause));
        Assert.Equal("bob", story.FromEdge(new LegAnswered(2)).Is(CallPhase.Connected).Call.Agent!.AgentId);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void When_all_fail_the_caller_keeps_the_place_and_is_not_sent_to_them_again()
    {
        var story = Rings("alice", "bob");
        var place = story.Call.Place;
        story.FromEdge(new LegEnded(2, LegEndCause.Busy, null, null)).FromEdge(new LegEnded(1, LegEndCause.Rejected, null, null)).Is(CallPhase.Queued);
        var enqueue = story.Expect<Enqueue>();
        Assert.Equal((place, "alice,bob"), (enqueue.Place, string.Join(',', enqueue.RefusedBy.Select(refused => refused.AgentId).Order())));
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void Phones_that_ring_out_are_all_hung_up_and_all_did_not_answer()
    {
        var story = Rings("alice", "bob").EdgeAcknowledges().After(60).Is(CallPhase.Queued);
        Assert.Equal(["alice", "bob"], story.Said.Where(said => said.What is AgentDidNotAnswer { Cause: LegEndCause.NoAnswer }).Select(said => said.To));
        Assert.Equal([1, 2], story.Edge.Executed.OfType<HangUp>().Select(hangUp => hangUp.Leg));
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_phone_that_redirects_does_not_take_the_caller_away_from_the_others()
    {
        var story = Rings("alice", "bob").FromEdge(new LegEnded(1, LegEndCause.Rejected, 302, null) { RedirectedTo = "queue:sales" }).Is(CallPhase.Ringing);
        Assert.Equal("bob", story.Call.Agent!.AgentId);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void An_agent_who_is_reserved_no_longer_is_let_go_alone()
    {
        var story = Rings("alice", "bob");
        story.Post(new AgentRefused("bob", story.Call.AlsoRinging[0].OfferId, "Busy")).Is(CallPhase.Ringing).ExpectsNo<AgentDidNotAnswer>();
        Assert.Equal(2, story.Expect<HangUp>().Leg);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void Complaint_5_a_caller_who_hangs_up_at_any_instant_leaves_no_phone_ringing()
    {
        Func<CallStory, CallStory>[] instants =
        [
            story => story.AgentIsReserved("alice"),
            story => story.AgentIsReserved("bob"),
            story => story.AgentIsReserved("carol"),
            story => story.FromEdge(new LegRinging(1)),
            story => story.FromEdge(new LegRinging(2)),
            story => story.FromEdge(new LegEnded(1, LegEndCause.Rejected, null, null)),
            story => story.FromEdge(new LegAnswered(3)),
            story => story.FromEdge(new LegEnded(2, LegEndCause.LocalHangup, null, null)),
        ];
        for (var instant = 0; instant <= instants.Length; instant++)
        {
            var story = instants.Take(instant).Aggregate(New().Arrives(), (told, next) => next(told)).CallerHangsUp();
            Assert.Empty(story.Call.AlsoRinging);
            // Those that were reserved meanwhile are declined, and one that answered in that moment is hung up.
            story.AgentIsReserved("dave").Expects<OfferDeclined>();
            story.Settles().HoldsNothing();
        }
    }

    [Fact]
    public void After_a_crash_all_ring_on_and_one_of_them_wins()
    {
        var story = Rings("alice", "bob").SiloCrashes().EdgeAttaches().Is(CallPhase.Ringing);
        Assert.Single(story.Call.AlsoRinging);
        Assert.Equal("bob", story.FromEdge(new LegAnswered(2)).Is(CallPhase.Connected).Call.Agent!.AgentId);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void An_attach_tells_each_of_them_that_it_still_rings_and_takes_an_answer_that_was_lost()
    {
        var story = Rings("alice", "bob").EdgeAttaches();
        Assert.Equal(2, story.Last.OfType<AgentStillBusy>().Count(busy => !busy.Answered));
        story.Edge.Batch(new LegAnswered(2));
        Assert.Equal("bob", story.EdgeAttaches().Is(CallPhase.Connected).Call.Agent!.AgentId);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void No_more_than_ten_ring_and_none_twice()
    {
        var story = Rings([.. Enumerable.Range(0, 10).Select(i => $"a{i}")]);
        story.AgentIsReserved("a10").Expects<OfferDeclined>();
        Assert.Equal(10, story.Edge.Executed.OfType<Originate>().Count());
        story.CallerHangsUp().Settles().HoldsNothing();
        Rings("alice").AgentIsReserved("alice").Expects<OfferDeclined>();
    }

    [Fact]
    public void Other_strategies_ring_one_at_a_time() => new CallStory().Arrives().AgentIsReserved("alice").AgentIsReserved("bob").Expects<OfferDeclined>();

    private static CallStory New()
    {
        var story = new CallStory();
        var current = story.Routing.Current;
        story.Routing.Current = current with { Queues = new Dictionary<string, QueueOptions>(current.Queues) { ["support"] = current.Queues["support"] with { Strategy = QueueStrategy.RingAll } } };
        return story;
    }

    private static CallStory Rings(params string[] agents) => agents.Aggregate(New().Arrives(), (story, agent) => story.AgentIsReserved(agent)).Is(CallPhase.Ringing);
}
