using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>The silo dies and the call is activated anew, with or without what was stored (PROTOCOL rules 4, 15, 17, 18).</summary>
public sealed class CrashTests
{
    [Theory, MemberData(nameof(Paths.Prefixes), MemberType = typeof(Paths))]
    public void A_stored_call_goes_on_as_if_nothing_had_happened(string path, int lines)
    {
        var story = Paths.Tell(path, lines);
        if (story.Stored is null) return; // nothing was worth storing yet: the next test
        var voicemail = story.Call.Voicemail is not null;
        story.SiloCrashes().EdgeAttaches();
        if (story.Edge.Attaches) story.EdgeAttaches();
        for (var line = lines; line < Paths.All[path].Lines.Length; line++)
        {
            // A prompt that was playing begins again; its end is told once more.
            Paths.All[path].Lines[line](story);
        }
        story.Settles();
        Assert.Equal(Paths.All[path].Outcome, story.Record.Outcome);
        story.HoldsNothing();
        Assert.Equal(voicemail || Paths.All[path].Outcome == CallOutcome.Voicemail, story.Record.Ticket is not null);
    }

    [Theory, MemberData(nameof(Paths.Prefixes), MemberType = typeof(Paths))]
    public void A_call_whose_state_is_lost_is_taken_over_from_its_legs_and_ends_cleanly(string path, int lines)
    {
        var story = Paths.Tell(path, lines);
        var talked = story.Call is { ConnectedAt: not null, Phase: not CallPhase.Ended };
        var recorded = story.Edge.Recording is not null;
        story.SiloCrashes(storeFailed: true).EdgeAttaches();
        if (talked) story.Is(CallPhase.Connected);
        if (recorded) story.RecordingEnds();
        if (story.Edge.IsLive(0)) story.CallerHangsUp();
        story.Settles();

        // What the dead activation held and this one cannot know is found by the owners' inquiries.
        foreach (var (queue, last) in story.Queues.ToList()) if (last.Last is not Leave) story.Post(new QueueInquiry(queue));
        foreach (var (offer, held) in story.Offers.ToList()) if (held) story.Post(new AgentInquiry(offer.Split(' ')[0], offer.Split(' ')[1]));
        foreach (var (trunk, leg) in story.Channels.ToList()) story.Post(new ChannelInquiry(trunk, leg));
        Assert.All(story.Queues, queue => Assert.IsType<Leave>(queue.Value.Last));
        Assert.All(story.Offers, offer => Assert.False(offer.Value, offer.Key));
        Assert.False(story.ChannelHeld);
        Assert.True(story.Cleared);
        Assert.Equal(recorded, story.Tickets.Count == 1);
    }

    [Fact]
    public void Nothing_is_commanded_before_the_edge_is_heard()
    {
        var story = new CallStory().Arrives().SiloCrashes().AgentIsReserved();
        Assert.Empty(story.Last.OfType<CallCommand>());
        story.Is(CallPhase.Ringing).EdgeAttaches().Expects<Originate>(originate => originate.AgentId == "alice");
    }

    [Fact]
    public void A_new_incarnation_repeats_what_its_state_needs_from_command_one()
    {
        var story = new CallStory("queue:sales").Arrives().After(1);
        var before = story.Edge.Incarnation;
        story.SiloCrashes().EdgeAttaches();
        Assert.True(story.Edge.Incarnation > before);
        Assert.Equal([1L, 2L], story.Last.OfType<CallCommand>().Select(command => command.Id));
        story.Expects<AnswerCaller>().Expects<Play>(play => play is { Loop: true, Prompts: ["hold"] });
    }

    [Fact]
    public void A_new_incarnation_begins_even_when_it_needs_nothing_so_that_the_edge_attaches()
    {
        var story = new CallStory("voicemail:plain").Arrives().PromptEnds().RecordingEnds().SiloCrashes();
        story.FromEdge();
        Assert.True(story.Edge.Attaches);
        story.EdgeAttaches().Is(CallPhase.StoringTicket);
    }

    [Fact]
    public void The_caller_keeps_the_place_and_the_first_queueing_time()
    {
        var story = new CallStory("queue:sales").Arrives().After(3);
        var place = story.Call.Place;
        story.SiloCrashes().After(4).EdgeAttaches();
        var enqueue = story.Expect<Enqueue>();
        Assert.Equal((place, CallStory.Start), (enqueue.Place, enqueue.FirstQueuedAt));
    }

    [Fact]
    public void An_attach_asserts_channel_and_place_again()
    {
        var story = new CallStory().Arrives().After(30);
        var version = story.Call.Version;
        story.EdgeAttaches().Expects<ChannelHeld>();
        Assert.Equal(version, story.Expect<Enqueue>().Version);
    }

    [Fact]
    public void An_attach_asserts_a_ringing_agent_again()
    {
        var story = new CallStory().Arrives().AgentIsReserved().After(3).EdgeAttaches();
        Assert.False(story.Expect<AgentStillBusy>().Answered);
        story.Expects<Offering>();
    }

    [Fact]
    public void An_attach_asserts_a_talking_agent_again()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentAnswers().After(30).EdgeAttaches().ExpectsNo<Enqueue>().ExpectsNo<Leave>();
        Assert.True(story.Expect<AgentStillBusy>().Answered);
    }

    [Fact]
    public void A_call_taken_over_while_talking_asserts_its_agent_and_keeps_talking()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentAnswers().After(30).SiloCrashes(storeFailed: true).EdgeAttaches();
        story.Is(CallPhase.Connected).Expects<ChannelHeld>().Expects<BridgeLegs>().ExpectsNo<HangUp>();
        Assert.True(story.Expect<AgentStillBusy>().Answered);
        story.AgentHangsUp();
        Assert.Equal(TimeSpan.FromSeconds(10), story.Expect<AgentReleased>().WrapUp);
    }

    [Fact]
    public void A_call_taken_over_while_ringing_is_routed_again_and_the_phone_is_let_go()
    {
        var story = new CallStory().Arrives().AgentIsReserved().After(2).SiloCrashes(storeFailed: true).EdgeAttaches();
        Assert.Equal(story.Edge.AgentLeg, story.Expect<HangUp>().Leg);
        story.Expects<AgentReleased>().Is(CallPhase.Queued);
        Assert.Equal(CallStory.Start, story.Expect<Enqueue>().FirstQueuedAt);
    }

    [Fact]
    public void Two_who_talk_already_are_not_parted_by_an_older_state()
    {
        var story = new CallStory().Arrives();
        var waiting = story.Stored;
        story.AgentIsReserved().AgentAnswers();
        story.Stored = waiting;
        story.SiloCrashes().EdgeAttaches().Is(CallPhase.Connected).ExpectsNo<HangUp>();
        Assert.Equal("alice", story.Call.Agent!.AgentId);
    }

    [Fact]
    public void A_phone_that_rings_for_an_older_state_is_let_go()
    {
        var story = new CallStory().Arrives();
        var waiting = story.Stored;
        story.AgentIsReserved();
        var leg = story.Edge.AgentLeg;
        story.Stored = waiting;
        story.SiloCrashes().After(1).EdgeAttaches().Is(CallPhase.Queued).Expects<AgentReleased>();
        Assert.Equal(leg, story.Expect<HangUp>().Leg);
        story.AgentIsReserved("bob");
        Assert.True(story.Edge.AgentLeg > leg, "a leg's number is used once");
    }

    [Fact]
    public void A_leg_that_the_edge_does_not_carry_is_gone()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentAnswers().After(20);
        story.FromEdge(new CallAttached(story.Offer, [new LegSnapshot(0, LegState.Answered, null, null, null)]));
        Assert.Equal("failure", story.Record.EndedBy);
    }

    [Fact]
    public void A_leg_that_was_commanded_just_now_is_not_missed()
    {
        var story = new CallStory().Arrives().AgentIsReserved();
        story.FromEdge(new CallAttached(story.Offer, [new LegSnapshot(0, LegState.Trying, null, null, null)])).Is(CallPhase.Ringing);
    }

    [Fact]
    public void A_leg_that_the_edge_tells_ended_is_gone_at_once()
    {
        var story = new CallStory().Arrives().AgentIsReserved();
        story.FromEdge(new CallAttached(story.Offer, [new LegSnapshot(0, LegState.Trying, null, null, null), new LegSnapshot(1, LegState.Ended, "alice", null, null)]));
        story.Is(CallPhase.Queued);
    }

    [Fact]
    public void A_caller_whom_the_edge_does_not_carry_is_gone()
    {
        var story = new CallStory().Arrives().FromEdge(new CallAttached(new CallStory().Offer, []));
        Assert.Equal((CallOutcome.Failed, "edge"), (story.Record.Outcome, story.Record.EndedBy));
    }

    [Fact]
    public void Events_of_a_call_that_nothing_is_known_of_make_the_edge_attach()
    {
        var story = new CallStory("flow:main").Arrives().SiloCrashes(storeFailed: true).Keys("1");
        Assert.Null(story.Machine.State);
        Assert.True(story.Edge.Attaches);
        story.EdgeAttaches().Is(CallPhase.Greeting);
    }

    [Fact]
    public void A_caller_who_hangs_up_while_the_first_activation_dies_unheard_has_a_record()
    {
        var story = new CallStory().IsOffered().SiloCrashes();
        story.FromEdge(new LegEnded(0, LegEndCause.Cancelled, null, null));
        Assert.Equal((null, 0L), (story.Machine.State, story.Edge.LastCommand));
        Assert.True(story.Edge.Attaches, "it has not heard of an activation before");
        story.EdgeAttaches().Settles();
        Assert.Equal(CallOutcome.Failed, story.Record.Outcome);
    }

    [Fact]
    public void An_edge_that_did_not_hear_that_it_shall_attach_is_asked_again()
    {
        var story = new CallStory().IsOffered().SiloCrashes();
        story.CommandsArrive = false;
        story.FromEdge(new LegEnded(0, LegEndCause.Cancelled, null, null)).After(0.9);
        story.Post(new ChannelGranted("carrier"));
        story.CommandsArrive = true;
        Assert.False(story.Edge.Attaches);
        story.After(0.2);
        Assert.True(story.Edge.Attaches);
        story.EdgeAttaches().Settles();
        Assert.Equal(CallOutcome.Failed, story.Record.Outcome);
    }

    [Fact]
    public void An_edge_that_never_attaches_is_asked_for_a_while()
    {
        var story = new CallStory().IsOffered().SiloCrashes();
        story.FromEdge(new LegEnded(0, LegEndCause.Cancelled, null, null)).After(20);
        Assert.Null(story.Machine.NextDue);
        story.EdgeAttaches();
        Assert.Equal(CallOutcome.Failed, story.Record.Outcome);
    }

    [Fact]
    public void An_activation_that_another_has_overtaken_says_no_more()
    {
        var story = new CallStory().Arrives().After(1);
        story.Edge.Execute(new CallCommands(CallStory.Id, 1, story.Edge.Incarnation + 1, []));
        story.AgentIsReserved().EdgeAcknowledges();
        Assert.True(story.Machine.Superseded);
        Assert.Empty(story.Last);
        story.AgentIsReserved("bob");
        Assert.Empty(story.Last);
    }

    [Fact]
    public void An_activation_gives_up_nothing_before_the_edge_had_time_to_tell()
    {
        var story = new CallStory().Arrives().AgentIsReserved().SiloCrashes();
        story.After(2);
        var late = new CallStory().Arrives().AgentIsReserved();
        late.After(14).SiloCrashes().After(4).Is(CallPhase.Ringing);
    }
}
