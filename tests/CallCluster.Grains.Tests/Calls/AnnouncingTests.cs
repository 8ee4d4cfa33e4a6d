using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>What a caller is told while waiting, and what it must never do: hold an agent up, swallow a key, cut itself short, say a place that goes up.</summary>
public sealed class AnnouncingTests
{
    private static readonly AnnounceOptions Both = new() { First = TimeSpan.FromSeconds(5), Every = TimeSpan.FromSeconds(30), Position = true, EstimatedWait = true };
    private static readonly CallbackOptions Callback = new() { Offer = TimeSpan.FromSeconds(20), Prompt = "offer" };

    private static CallStory Waits(AnnounceOptions announce, string? music = "hold", CallbackOptions? callback = null)
    {
        var story = new CallStory();
        var queues = new Dictionary<string, QueueOptions>(story.Routing.Current.Queues);
        queues["support"] = queues["support"] with { Announce = announce, Music = music, Callback = callback };
        queues["sales"] = queues["sales"] with { Announce = announce };
        story.Routing.Current = story.Routing.Current with { Queues = queues };
        return story.Arrives();
    }

    /// <summary>The queue answers what the call has asked last.</summary>
    private static CallStory Told(CallStory story, int? position, TimeSpan? wait = null)
    {
        var (queue, ask) = story.Said.Where(said => said.What is TellWait).Select(said => (said.To, (TellWait)said.What)).Last();
        return story.Post(new WaitTold(queue, ask.Asked, position, wait));
    }

    [Fact]
    public void The_first_comes_at_its_time_each_further_after_a_pause_and_music_is_between()
    {
        var story = Waits(Both).After(4.9).ExpectsNo<TellWait>().After(0.2).Expects<TellWait>();
        Told(story, 3, TimeSpan.FromMinutes(4)).Expects<Play>(play => play is { Loop: false, StopOnDigit: false, Prompts: ["position", "number-3", "wait", "number-4", "minutes"] });
        story.EdgeAcknowledges().After(8).ExpectsNo<Play>().PromptEnds().Expects<Play>(play => play is { Loop: true, Prompts: ["hold"] });
        story.After(29.9).ExpectsNo<TellWait>().After(0.2).Expects<TellWait>();
        Told(story, 1, TimeSpan.FromSeconds(59)).Expects<Play>(play => play.Prompts is ["position-next", "wait-below-minute"]);
    }

    [Fact]
    public void A_queue_without_music_answers_the_caller_for_it()
    {
        var story = Waits(Both, music: null).After(5.1).ExpectsNo<AnswerCaller>();
        Told(story, 2).Expects<AnswerCaller>().Expects<Play>();
    }

    [Fact]
    public void A_place_is_never_said_to_have_gone_up_and_comes_again_when_it_is_better()
    {
        var story = Waits(Both).After(5.1);
        Told(story, 2, TimeSpan.FromMinutes(3)).PromptEnds().After(30.1);
        Told(story, 3, TimeSpan.FromMinutes(3)).Expects<Play>(play => play.Prompts is ["wait", ..]).PromptEnds().After(30.1);
        Told(story, 2).Expects<Play>(play => play.Prompts is ["position", "number-2"]).PromptEnds().After(30.1);
        Told(story, 4).ExpectsNo<Play>().After(30.1);
        Told(story, 1).Expects<Play>(play => play.Prompts is ["position-next"]);
    }

    [Fact]
    public void What_was_told_is_known_after_a_crash()
    {
        var story = Waits(Both).After(5.1);
        Told(story, 2).PromptEnds().SiloCrashes().EdgeAcknowledges().EdgeAttaches().After(31);
        Told(story, 3).ExpectsNo<Play>();
    }

    [Fact]
    public void In_another_queue_the_line_is_another()
    {
        var story = Waits(Both).After(5.1);
        Told(story, 1).PromptEnds().Overflows("queue:sales").After(5.1).Expects<TellWait>();
        Told(story, 7).Expects<Play>(play => play.Prompts is ["position", "number-7"]);
    }

    [Fact]
    public void An_agent_who_answers_cuts_it_and_who_is_rung_hears_no_new_one()
    {
        var story = Waits(Both).After(5.1);
        Told(story, 1).AgentIsReserved().Is(CallPhase.Ringing).ExpectsNo<Play>().Expects<Originate>();
        story.After(10).ExpectsNo<TellWait>().AgentAnswers().Is(CallPhase.Connected).Expects<BridgeLegs>();
        Assert.Null(story.Edge.Playing);
        story.After(120).ExpectsNo<TellWait>().ExpectsNo<Play>();
    }

    [Fact]
    public void An_answer_that_comes_when_the_caller_rings_or_twice_is_not_said()
    {
        var story = Waits(Both).After(5.1).AgentIsReserved();
        Told(story, 1).ExpectsNo<Play>().AgentLegEnds(LegEndCause.Busy).Is(CallPhase.Queued);
        story.After(0.9).ExpectsNo<TellWait>().After(40);
        Told(story, 1).Expects<Play>().PromptEnds();
        Told(story, 1).ExpectsNo<Play>();
    }

    [Fact]
    public void A_queue_that_does_not_answer_is_asked_again_at_the_next_interval()
    {
        Waits(Both).After(5.1).Expects<TellWait>().After(29.8).ExpectsNo<TellWait>().After(0.3).Expects<TellWait>();
    }

    [Fact]
    public void Of_its_own_prompts_each_announcement_says_the_next()
    {
        var story = Waits(new AnnounceOptions { Every = TimeSpan.FromSeconds(10), Prompts = ["thanks", "website"] });
        foreach (var prompt in (string[])["thanks", "website", "thanks"])
            story.After(10.1).ExpectsNo<TellWait>().Expects<Play>(play => play.Prompts.SequenceEqual([prompt])).PromptEnds();
    }

    [Fact]
    public void Once_a_callback_was_offered_each_ends_with_the_offer_and_a_key_in_it_counts()
    {
        var story = Waits(Both, callback: Callback).After(5.1);
        Told(story, 2);
        // Due while the announcement is still said: one does not cut the other.
        story.After(16).ExpectsNo<ListenForDigits>().PromptEnds().After(1.1).Expects<ListenForDigits>(listen => listen.Listen).Expects<Play>(play => play.Prompts is ["offer"]);
        story.PromptEnds().After(30.1);
        Told(story, 1).Expects<Play>(play => play is { StopOnDigit: true, Prompts: ["position-next", "offer"] });
        story.FromEdge(new PlaybackFinished(0, story.Edge.PlayId, Interrupted: true), new DigitReceived(0, '1')).Expects<Play>(play => play.Loop);
        story.Keys("#").Expects<Contracts.Callbacks.KeepCallback>();
        story.After(2).ExpectsNo<TellWait>();
    }

    [Fact]
    public void A_callback_that_waits_without_a_caller_is_told_nothing()
    {
        var story = Waits(Both, callback: Callback).After(20.1).PromptEnds().Keys("1#").CallbackIsKept();
        story.FromEdge(new LegEnded(0, LegEndCause.LocalHangup, null, null)).EdgeAcknowledges().After(300).Is(CallPhase.Queued).ExpectsNo<TellWait>();
    }
}
