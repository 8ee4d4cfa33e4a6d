using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>Whenever and however a call ends, nothing stays queued, reserved, rung or held, and there is one record.</summary>
public sealed class EndingTests
{
    [Theory, MemberData(nameof(Paths.Names), MemberType = typeof(Paths))]
    public void Each_path_ends_with_its_outcome_and_holds_nothing(string path)
    {
        var story = Paths.Tell(path, Paths.All[path].Lines.Length).Settles();
        Assert.Equal(Paths.All[path].Outcome, story.Record.Outcome);
        story.HoldsNothing();
    }

    [Theory, MemberData(nameof(Paths.Prefixes), MemberType = typeof(Paths))]
    public void A_caller_may_hang_up_at_any_instant(string path, int lines)
    {
        var story = Paths.Tell(path, lines);
        if (story.Edge.IsLive(0)) story.CallerHangsUp();
        story.Settles().HoldsNothing();
    }

    [Theory, MemberData(nameof(Paths.Prefixes), MemberType = typeof(Paths))]
    public void An_edge_may_die_at_any_instant(string path, int lines)
    {
        var story = Paths.Tell(path, lines).Post(new CallEdgeLost("edge1"));
        Assert.Empty(story.Last.OfType<CallCommand>());
        if (story.Call.Voicemail?.Ticket is not null) story.TicketIsStored();
        story.RecordIsWritten().After(12);
        Assert.True(story.Cleared);
        Assert.Single(story.Records.Select(record => record.EndedAt).Distinct());
        Assert.All(story.Queues, queue => Assert.IsType<Leave>(queue.Value.Last));
        Assert.All(story.Offers, offer => Assert.False(offer.Value));
        Assert.False(story.ChannelHeld);
        Assert.Equal(story.Edge.Recording is not null, story.Tickets.Count == 1);
    }

    [Theory, MemberData(nameof(Paths.Prefixes), MemberType = typeof(Paths))]
    public void A_repeated_message_changes_nothing(string path, int lines)
    {
        var story = Paths.Tell(path, lines);
        var (phase, steps, leg) = (story.Call.Phase, story.Call.Steps.Count, story.Call.LastLeg);
        story.Repeat();
        Assert.Equal((phase, steps, leg), (story.Call.Phase, story.Call.Steps.Count, story.Call.LastLeg));
        for (var line = lines; line < Paths.All[path].Lines.Length; line++) Paths.All[path].Lines[line](story);
        story.Settles();
        Assert.Equal(Paths.All[path].Outcome, story.Record.Outcome);
        story.HoldsNothing();
    }

    [Theory, MemberData(nameof(Paths.Prefixes), MemberType = typeof(Paths))]
    public void All_that_was_told_may_arrive_once_more_late_and_in_reverse(string path, int lines)
    {
        var story = Paths.Tell(path, lines);
        var (phase, steps, leg) = (story.Call.Phase, story.Call.Steps.Count, story.Call.LastLeg);
        for (var message = story.Told.Count - 1; message >= 0; message--) story.Told[message]();
        Assert.Equal((phase, steps, leg), (story.Call.Phase, story.Call.Steps.Count, story.Call.LastLeg));
        for (var line = lines; line < Paths.All[path].Lines.Length; line++) Paths.All[path].Lines[line](story);
        story.Settles();
        Assert.Equal(Paths.All[path].Outcome, story.Record.Outcome);
        story.HoldsNothing();
    }

    [Fact]
    public void The_hang_up_of_the_caller_cancels_the_ringing_agent_and_frees_the_agent_at_once()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentRings().CallerHangsUp();
        Assert.Equal(story.Edge.AgentLeg, story.Expect<HangUp>().Leg);
        Assert.Equal(TimeSpan.Zero, story.Expect<AgentReleased>().WrapUp);
        Assert.Equal(LeaveReason.Abandoned, story.Expect<Leave>().Reason);
        Assert.Equal((CallOutcome.Abandoned, "caller"), (story.Record.Outcome, story.Record.EndedBy));
    }

    [Fact]
    public void An_answer_that_crosses_the_cancel_is_ended()
    {
        var story = new CallStory().Arrives().AgentIsReserved().CallerHangsUp().AgentAnswers();
        story.Expects<HangUp>(hangUp => hangUp.Leg == story.Edge.AgentLeg).ExpectsNo<BridgeLegs>().Settles().HoldsNothing();
    }

    [Fact]
    public void The_agent_who_hangs_up_first_ends_the_caller_and_gets_the_wrap_up_of_the_queue()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentAnswers().AgentHangsUp();
        Assert.Equal(0, story.Expect<HangUp>().Leg);
        Assert.Equal(TimeSpan.FromSeconds(10), story.Expect<AgentReleased>().WrapUp);
        Assert.Equal((CallOutcome.Answered, "agent", "alice"), (story.Record.Outcome, story.Record.EndedBy, story.Record.Agent));
        Assert.Equal(
            ["call to +15550100 through carrier", "queued in support", "ringing alice", "connected with alice", "alice hung up"],
            story.Record.Steps.Select(step => step.What));
    }

    [Fact]
    public void The_record_has_the_audio_of_both_legs_when_the_first_of_them_ends()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentAnswers();
        LegQuality Of(int leg, double mos) => new() { Leg = leg, Codec = "PCMU", PacketsReceived = 100, PacketsSent = 100, ReceivedLoss = 0, ReceivedJitter = 1, ReceivedMos = mos };
        story.FromEdge(new LegEnded(0, LegEndCause.RemoteHangup, null, null) { Quality = [Of(0, 4.4), Of(story.Edge.AgentLeg, 3.9)] });
        Assert.Equal([(0, 4.4), (story.Edge.AgentLeg, 3.9)], story.Record.Quality!.Select(quality => (quality.Leg, quality.ReceivedMos!.Value)));
    }

    [Fact]
    public void A_call_without_audio_has_no_quality() => Assert.Null(new CallStory().Arrives().CallerHangsUp().Record.Quality);

    [Fact]
    public void The_record_is_published_again_until_it_is_written()
    {
        var story = new CallStory().Arrives().CallerHangsUp().Expects<CallRecord>();
        story.After(1).Expects<CallRecord>().After(2).Expects<CallRecord>().RecordIsWritten().After(60);
        Assert.Equal(3, story.Records.Count);
    }

    [Fact]
    public void The_edge_is_asked_to_forget_once_its_legs_have_ended_and_the_record_is_written()
    {
        var story = new CallStory().Arrives().AgentIsReserved().CallerHangsUp().RecordIsWritten().ExpectsNo<ForgetCall>();
        story.AgentLegEnds(LegEndCause.LocalHangup).Expects<ForgetCall>();
    }

    [Fact]
    public void A_leg_whose_end_is_never_told_is_ended_by_forgetting_the_call()
    {
        var story = new CallStory().Arrives().AgentIsReserved().CallerHangsUp().RecordIsWritten();
        story.After(39).ExpectsNo<ForgetCall>().After(2).Expects<ForgetCall>();
        Assert.Empty(story.Edge.LiveLegs);
    }

    [Fact]
    public void A_late_copy_of_the_offer_meets_a_call_that_knows_that_it_ended()
    {
        var story = new CallStory();
        story.IsOffered();
        var again = story.Repeat;
        story.ChannelIsGranted().CallerHangsUp().RecordIsWritten().EdgeAcknowledges().After(3);
        again();
        story.ExpectsNo<Contracts.Trunks.AcquireChannel>().Settles().HoldsNothing();
    }

    [Fact]
    public void An_edge_that_has_forgotten_the_call_says_so_and_is_believed()
    {
        var story = new CallStory().Arrives().CallerHangsUp().RecordIsWritten();
        story.Deliver(story.Edge.Unknown()).After(10);
        Assert.True(story.Cleared);
    }

    [Fact]
    public void An_edge_that_was_taken_for_dead_is_asked_to_forget_the_call_after_all()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentAnswers().Post(new CallEdgeLost("edge1")).RecordIsWritten().After(3).EdgeAttaches();
        story.Expects<ForgetCall>().EdgeAcknowledges().After(11);
        story.HoldsNothing();
    }

    [Fact]
    public void Nothing_is_sent_again_to_an_edge_that_has_forgotten_the_call()
    {
        var story = new CallStory().Arrives().AgentIsReserved();
        story.CommandsArrive = false;
        story.CallerHangsUp().RecordIsWritten().Deliver(story.Edge.Unknown()).After(60);
        Assert.Empty(story.Last.OfType<CallCommand>());
        Assert.Null(story.Machine.NextDue);
    }

    [Fact]
    public void A_caller_whose_leg_fails_is_counted_as_failed()
    {
        var story = new CallStory().Arrives().FromEdge(new LegEnded(0, LegEndCause.Failed, 500, "no ACK"));
        Assert.Equal((CallOutcome.Failed, "failure"), (story.Record.Outcome, story.Record.EndedBy));
        Assert.Equal(LeaveReason.Gone, story.Expect<Leave>().Reason);
    }

    [Theory]
    [InlineData("queue:support", CallOutcome.Abandoned)]
    [InlineData("agent:alice", CallOutcome.HungUpEarly)]
    [InlineData("flow:main", CallOutcome.HungUpEarly)]
    [InlineData("voicemail:support", CallOutcome.HungUpEarly)]
    public void A_caller_who_hangs_up_is_counted_by_where(string destination, CallOutcome outcome)
    {
        var story = new CallStory(destination).Arrives().CallerHangsUp();
        Assert.Equal(outcome, story.Record.Outcome);
        Assert.Equal(CallPhase.Ended, story.Call.Phase);
    }
}
