using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Callbacks;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Tickets;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>Callers who hang up, keep the place, and are called when their turn comes.</summary>
public sealed class CallbackTests
{
    private static readonly CallbackOptions Offered = new() { Offer = TimeSpan.FromSeconds(30), Prompt = "offer", Confirmation = "noted", Refusal = "sorry", Retries = 1, RetryEvery = TimeSpan.FromMinutes(5) };

    private static CallStory Queued(CallbackOptions? callback = null, Func<RoutingOptions, RoutingOptions>? change = null)
    {
        var story = new CallStory();
        var routing = story.Routing.Current;
        var queues = new Dictionary<string, QueueOptions>(routing.Queues) { ["support"] = routing.Queues["support"] with { Callback = callback ?? Offered } };
        routing = routing with { Queues = queues };
        story.Routing.Current = change?.Invoke(routing) ?? routing;
        return story.Arrives();
    }

    /// <summary>On the phone no more, in the line still.</summary>
    private static CallStory HungUp(CallbackOptions? callback = null, Func<RoutingOptions, RoutingOptions>? change = null) =>
        Queued(callback, change).After(30).Keys("1#").CallbackIsKept().PromptEnds().FromEdge(new LegEnded(0, LegEndCause.LocalHangup, null, null)).EdgeAcknowledges();

    private static CallStory Called(CallStory story) =>
        story.AgentIsReserved().EdgesAreListed("edge1").EdgeBeginsAgain().Is(CallPhase.Ringing).AgentAnswers().CallersTrunkIsGranted();

    [Fact]
    public void Is_offered_by_key_noted_before_it_is_confirmed_and_called_agent_first_at_the_old_place()
    {
        var story = Queued();
        var place = story.Call.Place;
        story.After(29).ExpectsNo<Play>();
        story.After(2).Expects<ListenForDigits>(listen => listen.Listen).Expects<Play>(play => play.Prompts is ["offer"]);
        story.Keys("21#").Expects<KeepCallback>(keep => keep.Callback.Offer.Caller == "+15550111").ExpectsNo<Play>();
        Assert.True(story.Queues["support"].Last is Enqueue { IsCallback: true });
        story.CallbackIsKept().Expects<Play>(play => play.Prompts is ["noted"]);
        story.PromptEnds().Expects<HangUp>(hangUp => hangUp.Leg == 0).Expects<ReleaseChannel>().Expects<ForgetCall>();
        story.FromEdge(new LegEnded(0, LegEndCause.LocalHangup, null, null)).EdgeAcknowledges().Is(CallPhase.Queued);
        Assert.True(story.Edge.Forgotten);
        Assert.False(story.ChannelHeld);
        Assert.Equal(place, Assert.IsType<Enqueue>(story.Queues["support"].Last).Place);

        story.After(TimeSpan.FromMinutes(7)).AgentIsReserved().Is(CallPhase.FindingEdge);
        Assert.Contains(story.Said, said => said.What is OfferAccepted);
        Assert.Equal(2, story.EdgesAreListed("edge1").Expect<BeginCall>().Epoch);
        story.EdgeBeginsAgain().Is(CallPhase.Ringing).Expects<Originate>().ExpectsNo<Dial>();
        story.AgentAnswers().Is(CallPhase.AcquiringCallersTrunk).CallersTrunkIsGranted().Expects<Dial>(dial => dial is { AsCaller: true, To: "tel:+15550111" });
        story.CallerAnswers().Is(CallPhase.Connected).Expects<BridgeLegs>().Expects<DropCallback>();
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal((CallOutcome.Answered, "tel:+15550111", "alice", "caller"), (story.Record.Outcome, story.Record.PlacedTo, story.Record.Agent, story.Record.EndedBy));
    }

    [Fact]
    public void Who_is_not_reached_is_called_again_after_the_pause_and_then_a_ticket_remains()
    {
        var story = Called(HungUp()).FromEdge(new LegEnded(0, LegEndCause.Busy, 486, null)).Is(CallPhase.CallbackPause).Expects<Leave>().Expects<AgentReleased>();
        Assert.All(story.Offers, offer => Assert.False(offer.Value));
        story.After(299).Is(CallPhase.CallbackPause).After(2).Is(CallPhase.Queued);
        var at = story.Now;
        Called(story).After(31);
        Assert.Contains(story.Last.OfType<StoreTicket>(), store => store.Ticket is { Reason: "Callback", Queue: "support", Caller: "+15550111" });
        Assert.True(story.Now - at < TimeSpan.FromSeconds(40), "the agent is held no longer than it rings");
        story.ExpectsNo<DropCallback>(); // the ticket is not stored yet
        story.Settles();
        Assert.True(story.Cleared);
        Assert.Equal((CallOutcome.NotReached, CallStory.Id), (story.Record.Outcome, story.Record.Ticket));
        Assert.All(story.Offers, offer => Assert.False(offer.Value));
    }

    [Fact]
    public void An_agent_who_does_not_answer_is_no_attempt_and_the_next_is_for_the_same_place()
    {
        var story = HungUp();
        var place = story.Call.Place;
        story.AgentIsReserved().EdgesAreListed("edge1").EdgeBeginsAgain().AgentLegEnds(LegEndCause.Busy).Is(CallPhase.Queued);
        Assert.Equal((0, place), (story.Call.Callback!.Attempts, Assert.IsType<Enqueue>(story.Queues["support"].Last).Place));
    }

    [Fact]
    public void Who_is_refused_waits_on_and_is_not_asked_again()
    {
        var story = Queued().After(30).Keys("1#").Post(new CallbackRefused("support", "100 callers are to be called back already")).Expects<Play>(play => play.Prompts is ["sorry"]);
        Assert.True(story.Queues["support"].Last is Enqueue { IsCallback: false, CannotBeCalledBack: true });
        story.After(60).ExpectsNo<KeepCallback>().CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal(CallOutcome.Abandoned, story.Record.Outcome);
    }

    [Fact]
    public void A_callback_that_cannot_be_stored_is_not_promised()
    {
        var story = Queued().After(30).Keys("1#").After(4);
        Assert.True(story.Last.OfType<KeepCallback>().Count() > 1, "it is asked again");
        Assert.DoesNotContain(story.Last.OfType<Play>(), play => play.Prompts is ["noted"]);
        Assert.Null(story.Call.Callback);
        story.Expects<DropCallback>().CallbackIsKept();
        Assert.Null(story.Call.Callback);
    }

    [Theory]
    [InlineData("anonymous")]
    [InlineData("+445550111")]
    [InlineData("+1555;x=1")]
    public void Nobody_is_offered_one_whose_number_may_not_be_called(string caller)
    {
        var story = new CallStory();
        story.Routing.Current = story.Routing.Current with { Queues = new Dictionary<string, QueueOptions> { ["support"] = new() { Callback = Offered } } };
        story.FromEdge(new CallOffered(story.Offer with { Caller = caller })).ChannelIsGranted().After(60).ExpectsNo<ListenForDigits>().ExpectsNo<KeepCallback>();
    }

    [Fact]
    public void Outside_of_its_hours_nobody_is_called_and_the_place_is_kept()
    {
        var hours = new Dictionary<string, HoursOptions> { ["office"] = new() { TimeZone = "UTC", Open = ["Mon 10:00-12:00"] } };
        var story = HungUp(Offered with { Hours = "office" }, routing => routing with { Hours = hours }).Is(CallPhase.CallbackPause);
        var place = story.Call.Place;
        story.After(TimeSpan.FromMinutes(58)).Is(CallPhase.CallbackPause).After(TimeSpan.FromMinutes(2)).Is(CallPhase.Queued);
        Assert.Equal(place, Assert.IsType<Enqueue>(story.Queues["support"].Last).Place);
        story.After(TimeSpan.FromHours(3)).AgentIsReserved().Is(CallPhase.CallbackPause).Expects<OfferDeclined>();
        story.After(TimeSpan.FromHours(24)).Is(CallPhase.Ended);
        Assert.Single(story.Tickets);
    }

    [Fact]
    public void A_call_whose_state_is_lost_goes_on_from_what_was_kept()
    {
        var story = HungUp();
        var kept = story.Said.Select(said => said.What).OfType<KeepCallback>().Last().Callback;
        story.SiloCrashes(storeFailed: true).Post(new CallbackAwaited("support", kept));
        Assert.Null(story.Machine.State);
        story.After(41).Is(CallPhase.Queued);
        var (place, isCallback) = Assert.IsType<Enqueue>(story.Queues["support"].Last) is { } enqueue ? (enqueue.Place, enqueue.IsCallback) : default;
        Assert.Equal((kept.Place, true), (place, isCallback));
        Called(story).CallerAnswers().Is(CallPhase.Connected).CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_supervisor_moves_it_to_a_queue_only_and_evicts_it_without_a_ticket()
    {
        var story = HungUp();
        Assert.Equal(WaitingChangeStatus.NobodyOnLine, story.Change(new MoveCaller("voicemail:support")));
        Assert.Equal(WaitingChangeStatus.Accepted, story.Change(new MoveCaller("queue:sales")));
        Assert.True(story.Queues["sales"].Last is Enqueue { IsCallback: true });
        Assert.Equal(WaitingChangeStatus.Accepted, story.Change(new MoveCaller("hangup:480"), "sales"));
        story.Settles();
        Assert.True(story.Cleared);
        Assert.Empty(story.Tickets);
    }
}
