using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>A flow in a call: what is commanded. The rules of the menu itself are in Flows.</summary>
public sealed class MenuTests
{
    [Fact]
    public void The_caller_is_answered_listened_to_and_greeted_interruptibly_in_the_first_language()
    {
        var story = new CallStory("flow:main").Arrives();
        Assert.Equal([typeof(AnswerCaller), typeof(ListenForDigits), typeof(Play)], story.Last.Select(what => what.GetType()));
        Assert.True(story.Expect<Play>() is { Prompts: ["welcome"], Language: "en", StopOnDigit: true, Loop: false });
    }

    [Fact]
    public void Complaint_9_a_key_counts_while_a_prompt_plays_and_an_answer_waits_for_no_prompt()
    {
        var story = new CallStory("flow:main").Arrives();
        Assert.Equal("welcome", story.Edge.Playing);
        story.Keys("1#").Expects<Enqueue>().Is(CallPhase.Queued);
        Assert.Equal("hold", story.Edge.Playing);
        story.AgentIsReserved("alice").AgentAnswers().Expects<BridgeLegs>();
        Assert.Null(story.Edge.Playing);
    }

    [Fact]
    public void A_choice_ends_listening_and_leads_on()
    {
        var story = new CallStory("flow:main").Arrives().Keys("1#").Is(CallPhase.Queued);
        Assert.False(story.Expect<ListenForDigits>().Listen);
        Assert.Contains("menu 1# -> queue:sales", story.Call.Steps.Select(step => step.What));
    }

    [Fact]
    public void Silence_replays_the_greeting_and_then_takes_the_default()
    {
        var story = new CallStory("flow:main").Arrives().PromptEnds().EdgeAcknowledges().After(8).Expects<Play>();
        story.PromptEnds().EdgeAcknowledges().After(8).Is(CallPhase.Queued);
        Assert.Equal("queue:support", story.Call.Destination);
    }

    [Fact]
    public void The_end_of_an_older_playback_does_not_start_the_wait()
    {
        var story = new CallStory("flow:main").Arrives().FromEdge(new PlaybackFinished(0, 1, false)).EdgeAcknowledges().After(60).Is(CallPhase.Greeting);
        Assert.True(story.Call.Flow!.Prompting);
    }

    [Fact]
    public void Secure_digits_are_masked_at_the_edge_and_in_the_record()
    {
        var story = new CallStory("flow:pin").Arrives();
        Assert.True(story.Expect<ListenForDigits>().Secure);
        story.Keys("4711").Is(CallPhase.Queued);
        Assert.DoesNotContain(story.Call.Steps, step => step.What.Contains("4711"));
    }

    [Fact]
    public void A_flow_without_default_hangs_up_and_says_why()
    {
        var story = new CallStory("flow:pin").Arrives().PromptEnds().Keys("9999").Is(CallPhase.Ended);
        Assert.Equal(480, story.Expect<HangUp>().Status);
        Assert.Equal("(masked) is no choice; the flow has no default", story.Record.Steps[^1].What);
        Assert.Equal(CallOutcome.Refused, story.Record.Outcome);
        story.Settles().HoldsNothing();
    }
}
