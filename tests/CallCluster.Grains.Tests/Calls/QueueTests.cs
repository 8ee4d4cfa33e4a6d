using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>Waiting: place, versions, what the caller hears, overflow.</summary>
public sealed class QueueTests
{
    [Fact]
    public void Why_each_agent_was_chosen_is_in_the_view_and_in_the_record_and_bounded()
    {
        var why = new MatchReason
        {
            Side = MatchSide.CallerLooked,
            Strategy = QueueStrategy.LongestIdle,
            Step = 1,
            Steps = 1,
            Waited = TimeSpan.FromSeconds(2),
            Waiting = 1,
            Free = 1,
            LoggedIn = 1,
            Score = 5,
            Skills = [],
            PassedOver = [],
        };
        var story = new CallStory().Arrives();
        for (var i = 0; i < 25; i++)
        {
            story.Offers[$"alice o{i}"] = true;
            story.Post(new AgentReserved("alice", $"o{i}", "support", "sip:alice@127.0.0.1:7001") { Why = why with { Waiting = i } });
            story.Post(new AgentRefused("alice", $"o{i}", "Busy"));
        }
        story.SiloCrashes().EdgeAttaches();
        Assert.Equal(Enumerable.Range(5, 20), story.Machine.View()!.Assignments.Select(assignment => assignment.Reason.Waiting));
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal(("support", "alice"), (story.Record.Assignments![^1].Queue, story.Record.Assignments[^1].Agent));
        Assert.StartsWith("alice is first by LongestIdle", story.Record.Assignments[^1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void The_place_is_the_first_queueing_time_less_the_priority()
    {
        var support = new CallStory("queue:support").Arrives().Expect<Enqueue>();
        var sales = new CallStory("queue:sales").Arrives().Expect<Enqueue>();
        Assert.Equal(CallStory.Start.UtcTicks, support.Place);
        Assert.Equal(CallStory.Start.AddMinutes(-2).UtcTicks, sales.Place);
    }

    [Fact]
    public void A_caller_who_goes_straight_to_an_agent_hears_ringing_and_is_answered_by_the_agent()
    {
        var story = new CallStory("queue:sales").Arrives().After(0.05).AgentIsReserved().Expects<SendRinging>().ExpectsNo<AnswerCaller>();
        story.AgentAnswers();
        Assert.Equal([typeof(AnswerCaller), typeof(BridgeLegs)], story.Last.OfType<CallCommand>().Select(command => command.GetType()));
        Assert.DoesNotContain(story.Edge.Executed, command => command is Play or SendQueued);
    }

    [Fact]
    public void A_caller_who_waits_without_music_stays_provisional()
    {
        new CallStory("queue:support").Arrives().After(0.2).Expects<SendQueued>().ExpectsNo<AnswerCaller>();
    }

    [Fact]
    public void A_caller_who_waits_with_music_is_answered_for_it()
    {
        var story = new CallStory("queue:sales").Arrives().ExpectsNo<Play>().After(0.2).Expects<AnswerCaller>();
        Assert.True(story.Expect<Play>() is { Prompts: ["hold"], Loop: true, StopOnDigit: false });
    }

    [Fact]
    public void A_caller_who_was_answered_by_a_flow_hears_something_at_once()
    {
        new CallStory("flow:main").Arrives().Keys("1#").Expects<Play>(play => play is { Loop: true, Prompts: ["hold"] });
        new CallStory("flow:main").Arrives().Keys("2#").Expects<Play>(play => play is { Loop: true, Prompts: ["ringback"] });
    }

    [Fact]
    public void Music_goes_on_while_the_agent_is_rung()
    {
        var story = new CallStory("queue:sales").Arrives().After(1).AgentIsReserved().ExpectsNo<Play>().ExpectsNo<SendRinging>();
        Assert.Equal("hold", story.Edge.Playing);
    }

    [Fact]
    public void The_place_in_the_queue_is_said_once_more_in_case_it_was_lost()
    {
        var story = new CallStory().Arrives();
        var version = story.Expect<Enqueue>().Version;
        story.After(1.2);
        Assert.Equal(version, story.Expect<Enqueue>().Version);
        story.After(25).ExpectsNo<Enqueue>();
    }

    [Fact]
    public void Ring_no_answer_keeps_the_place_and_passes_the_agent_over_for_this_call()
    {
        var story = new CallStory().Arrives();
        var first = story.Expect<Enqueue>();
        story.AgentIsReserved().After(15);
        var again = story.Expect<Enqueue>();
        Assert.Equal((first.Place, first.FirstQueuedAt), (again.Place, again.FirstQueuedAt));
        Assert.True(again.Version > first.Version);
        Assert.Equal("alice", Assert.Single(again.RefusedBy).AgentId);
        Assert.Equal(LegEndCause.NoAnswer, story.Expect<AgentDidNotAnswer>().Cause);
        Assert.Equal(408, story.Expect<HangUp>().Status);
        story.After(0.2).Expects<SendQueued>();
    }

    [Fact]
    public void An_agent_is_passed_over_for_a_while_only()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentLegEnds(LegEndCause.Rejected).AgentIsReserved().Expects<OfferDeclined>().Expects<Enqueue>();
        story.Is(CallPhase.Queued).After(61).AgentIsReserved().Is(CallPhase.Ringing).AgentLegEnds(LegEndCause.Busy);
        Assert.Single(story.Expect<Enqueue>().RefusedBy);
    }

    [Theory]
    [InlineData(LegEndCause.Busy)]
    [InlineData(LegEndCause.Rejected)]
    [InlineData(LegEndCause.Failed)]
    [InlineData(LegEndCause.NoAnswer)]
    public void An_agent_who_does_not_take_the_call_is_told_why(LegEndCause cause)
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentLegEnds(cause).Is(CallPhase.Queued);
        Assert.Equal(cause, story.Expect<AgentDidNotAnswer>().Cause);
        story.AgentIsReserved("bob").Is(CallPhase.Ringing);
    }

    [Fact]
    public void Versions_rise_with_each_message_about_waiting()
    {
        var story = new CallStory().Arrives().AgentIsReserved().AgentLegEnds(LegEndCause.Busy).AgentIsReserved("bob").AgentAnswers();
        var versions = story.Said
            .Select(said => said.What switch { Enqueue e => e.Version, Offering o => o.Version, Leave l => l.Version, _ => 0L })
            .Where(version => version > 0).ToList();
        Assert.Equal(5, versions.Distinct().Count());
        Assert.Equal(versions.Order(), versions);
    }

    [Fact]
    public void Overflow_is_taken_only_for_the_version_that_waits()
    {
        var story = new CallStory().Arrives();
        var old = story.Call.Version;
        story.AgentIsReserved().AgentLegEnds(LegEndCause.Busy);
        story.Post(new QueueOverflowed("support", old, "Waited", "hangup:480")).Is(CallPhase.Queued).Expects<Enqueue>();
        story.Overflows("hangup:480").Is(CallPhase.Ended);
        Assert.Equal(LeaveReason.Overflowed, story.Expect<Leave>().Reason);
    }

    [Fact]
    public void Overflow_does_not_take_the_caller_from_a_ringing_agent()
    {
        var story = new CallStory().Arrives();
        var version = story.Call.Version;
        story.AgentIsReserved().Post(new QueueOverflowed("support", version, "Waited", "hangup:480")).Is(CallPhase.Ringing).Expects<Offering>();
    }

    [Fact]
    public void A_queue_entered_by_overflow_counts_from_first_queueing_and_weighs_its_own_priority()
    {
        var story = new CallStory().Arrives().After(20).Overflows("queue:sales");
        var enqueue = story.Last.OfType<Enqueue>().Single();
        Assert.Equal((CallStory.Start, CallStory.Start.AddMinutes(-2).UtcTicks), (enqueue.FirstQueuedAt, enqueue.Place));
        Assert.Equal(LeaveReason.Overflowed, story.Expect<Leave>().Reason);
        Assert.Contains("overflow of support by Waited -> queue:sales", story.Call.Steps.Select(step => step.What));
        story.After(0.2).Expects<AnswerCaller>().Expects<Play>();
    }

    [Fact]
    public void A_queue_in_doubt_is_answered_from_the_state()
    {
        var story = new CallStory().Arrives();
        var version = story.Call.Version;
        Assert.Equal(version, story.Post(new QueueInquiry("support")).Expect<Enqueue>().Version);
        story.Post(new QueueInquiry("sales")).Expects<Leave>();
        story.AgentIsReserved().Post(new QueueInquiry("support")).Expects<Offering>();
        Assert.Equal(LeaveReason.Answered, story.AgentAnswers().Post(new QueueInquiry("support")).Expect<Leave>().Reason);
    }
}
