using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Flows;

namespace CallCluster.Grains.Tests.Flows;

/// <summary>Greeting and menu: when a choice is taken, when it is a mistake, when the flow is over.</summary>
public sealed class FlowMachineTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private DateTimeOffset _now = Start;
    private FlowState _state = null!;
    private FlowDecision _last;

    private static FlowOptions Menu(params string[] entries) => new()
    {
        Greeting = "welcome",
        InvalidPrompt = "invalid",
        Retries = 1,
        Timeout = TimeSpan.FromSeconds(8),
        InterDigitTimeout = TimeSpan.FromSeconds(3),
        Default = "queue:default",
        Menu = entries.ToDictionary(entry => entry, entry => $"queue:{entry.Replace("#", "hash")}"),
    };

    private FlowMachineTests Begin(FlowOptions flow)
    {
        _state = FlowMachine.Start("main", flow, _now, out _last);
        return this;
    }

    private FlowMachineTests Key(FlowOptions flow, string digits)
    {
        foreach (var digit in digits) _last = FlowMachine.OnDigit(_state, flow, digit, _now);
        return this;
    }

    private FlowMachineTests PromptEnds(FlowOptions flow)
    {
        _last = FlowMachine.OnPromptFinished(_state, flow, _now);
        return this;
    }

    private FlowMachineTests After(FlowOptions flow, double seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        _last = FlowMachine.OnDue(_state, flow, _now);
        return this;
    }

    private void Takes(string to) => Assert.Equal((FlowDecisionKind.Leave, to), (_last.Kind, _last.To));

    private void Waits() => Assert.Equal(FlowDecisionKind.Wait, _last.Kind);

    private void Plays(params string[] prompts)
    {
        Assert.Equal(FlowDecisionKind.Prompt, _last.Kind);
        Assert.Equal(prompts, _last.Prompts);
    }

    [Fact]
    public void The_greeting_comes_first()
    {
        Begin(Menu("1#")).Plays("welcome");
    }

    [Fact]
    public void An_entry_is_taken_as_soon_as_it_is_unambiguous()
    {
        var flow = Menu("1", "2");
        Begin(flow).Key(flow, "2").Takes("queue:2");
    }

    [Fact]
    public void Hash_is_a_key_like_others()
    {
        var flow = Menu("1#", "2#");
        Begin(flow).Key(flow, "1").Waits();
        Key(flow, "#").Takes("queue:1hash");
    }

    [Fact]
    public void An_entry_that_begins_another_waits_for_the_inter_digit_time_out()
    {
        var flow = Menu("1", "12");
        Begin(flow).Key(flow, "1").Waits();
        After(flow, 2.9).Waits();
        After(flow, 0.1).Takes("queue:1");
    }

    [Fact]
    public void A_longer_entry_is_taken_when_it_is_keyed_in_time()
    {
        var flow = Menu("1", "12");
        Begin(flow).Key(flow, "12").Takes("queue:12");
    }

    [Fact]
    public void The_first_key_is_waited_for_from_the_end_of_the_greeting()
    {
        var flow = Menu("1#");
        Begin(flow).After(flow, 60).Waits();
        PromptEnds(flow).After(flow, 7.9).Waits();
        After(flow, 0.1).Plays("welcome");
    }

    [Fact]
    public void A_wrong_choice_is_one_mistake_however_many_keys_it_has()
    {
        var flow = Menu("1#", "2#");
        Begin(flow).Key(flow, "5").Waits();
        Key(flow, "#").Plays("invalid", "welcome");
        Assert.Equal(1, _state.Replays);
    }

    [Fact]
    public void A_choice_left_unfinished_is_a_mistake_after_the_inter_digit_time_out()
    {
        var flow = Menu("1#", "2#");
        Begin(flow).Key(flow, "1").After(flow, 3).Plays("invalid", "welcome");
        Key(flow, "2#").Takes("queue:2hash");
    }

    [Fact]
    public void Mistakes_are_replayed_at_most_the_set_number_of_times_and_then_the_default_is_taken()
    {
        var flow = Menu("1", "2");
        Begin(flow).Key(flow, "9").Plays("invalid", "welcome");
        Key(flow, "9").Takes("queue:default");
        Assert.Equal("9 is no choice -> queue:default", _last.Why);
    }

    [Fact]
    public void Silence_replays_the_greeting_without_the_prompt_for_a_mistake()
    {
        var flow = Menu("1#");
        Begin(flow).PromptEnds(flow).After(flow, 8).Plays("welcome");
        PromptEnds(flow).After(flow, 8).Takes("queue:default");
        Assert.Equal("no choice made -> queue:default", _last.Why);
    }

    [Fact]
    public void A_flow_without_default_leads_nowhere_and_says_so()
    {
        var flow = Menu("1") with { Default = null, Retries = 0 };
        Begin(flow).Key(flow, "9");
        Assert.Equal((FlowDecisionKind.Leave, null, "9 is no choice; the flow has no default"), (_last.Kind, _last.To, _last.Why));
    }

    [Fact]
    public void A_greeting_without_menu_is_heard_to_its_end()
    {
        var flow = Menu();
        Begin(flow).Key(flow, "1").Waits();
        PromptEnds(flow).Takes("queue:default");
    }

    [Fact]
    public void Neither_greeting_nor_menu_leads_straight_to_the_default()
    {
        Begin(Menu() with { Greeting = null }).Takes("queue:default");
    }

    [Fact]
    public void A_menu_without_greeting_waits_for_the_first_key_at_once()
    {
        var flow = Menu("1#") with { Greeting = null, InvalidPrompt = null };
        Begin(flow).Waits();
        After(flow, 8).Waits();
        After(flow, 8).Takes("queue:default");
    }

    [Fact]
    public void The_flow_as_a_whole_is_bounded_in_time()
    {
        var flow = Menu("1#");
        Begin(flow);
        for (var i = 0; i < 1000 && _last.Kind != FlowDecisionKind.Leave; i++)
        {
            Key(flow, "1"); // and never on: each key would push the inter-digit time-out out for ever
            _state.Keys = "";
            After(flow, 2);
        }
        Takes("queue:default");
        Assert.Equal(_state.EndsAt, _now, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_prompt_whose_end_is_never_told_does_not_hold_the_caller()
    {
        var flow = Menu("1#");
        Begin(flow).After(flow, 120).Waits();
        After(flow, 8).Plays("welcome");
    }

    [Fact]
    public void Secure_digits_appear_nowhere()
    {
        var flow = Menu("4711") with { Secure = true, Retries = 0 };
        Begin(flow).Key(flow, "4711").Takes("queue:4711");
        Assert.Equal("menu (masked) -> queue:4711", _last.Why);
        Begin(flow).Key(flow, "0815");
        Assert.Equal("(masked) is no choice -> queue:default", _last.Why);
    }
}
