using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Flows;

/// <summary>
/// Greeting and DTMF menu, pure: each method changes the state and returns what to do. An entry is taken as soon as no longer one could be meant;
/// a choice is invalid when it is as long as the longest entry, or nothing more is keyed, so that "5#" is one mistake and not two.
/// </summary>
public static class FlowMachine
{
    /// <summary>No prompt is waited for longer: an edge that lost a playback's end must not hold the caller.</summary>
    private static readonly TimeSpan LongestPrompt = TimeSpan.FromMinutes(2);

    public static FlowState Start(string name, FlowOptions flow, DateTimeOffset now, out FlowDecision decision)
    {
        var perAttempt = LongestPrompt + flow.Timeout + (flow.InterDigitTimeout * Math.Max(1, LongestEntry(flow)));
        var state = new FlowState { Flow = name, EndsAt = now + (perAttempt * (flow.Retries + 1)) };
        decision = Prompt(state, flow, now, invalid: false);
        return state;
    }

    /// <summary>The prompts that a new incarnation plays again; null while nothing is playing.</summary>
    public static string[]? Replay(FlowState state, FlowOptions flow) => state.Prompting && flow.Greeting is not null ? [flow.Greeting] : null;

    public static FlowDecision OnDigit(FlowState state, FlowOptions flow, char digit, DateTimeOffset now)
    {
        if (flow.Menu.Count == 0) return default;
        state.Prompting = false;
        state.Keys += digit;
        var longerEntry = false;
        foreach (var entry in flow.Menu.Keys)
            longerEntry |= entry.Length > state.Keys.Length && entry.StartsWith(state.Keys, StringComparison.Ordinal);
        if (!longerEntry && flow.Menu.TryGetValue(state.Keys, out var to)) return Take(state, flow, to);
        if (state.Keys.Length >= LongestEntry(flow)) return Mistake(state, flow, now, Masked(state, flow) + " is no choice", invalid: true);
        state.Deadline = now + flow.InterDigitTimeout;
        return default;
    }

    public static FlowDecision OnPromptFinished(FlowState state, FlowOptions flow, DateTimeOffset now)
    {
        if (!state.Prompting) return default;
        state.Prompting = false;
        if (flow.Menu.Count == 0) return Default(flow, "greeting heard");
        state.Deadline = now + flow.Timeout;
        return default;
    }

    public static FlowDecision OnDue(FlowState state, FlowOptions flow, DateTimeOffset now)
    {
        if (now >= state.EndsAt) return Default(flow, "menu took too long");
        if (now < state.Deadline) return default;
        if (state.Prompting) return OnPromptFinished(state, flow, now);
        if (state.Keys.Length == 0) return Mistake(state, flow, now, "no choice made", invalid: false);
        if (flow.Menu.TryGetValue(state.Keys, out var to)) return Take(state, flow, to);
        return Mistake(state, flow, now, Masked(state, flow) + " is no choice", invalid: true);
    }

    private static FlowDecision Take(FlowState state, FlowOptions flow, string to) =>
        new(FlowDecisionKind.Leave, To: to, Why: $"menu {Masked(state, flow)} -> {to}");

    private static FlowDecision Mistake(FlowState state, FlowOptions flow, DateTimeOffset now, string why, bool invalid)
    {
        if (state.Replays >= flow.Retries) return Default(flow, why);
        state.Replays++;
        state.Keys = "";
        return Prompt(state, flow, now, invalid);
    }

    private static FlowDecision Prompt(FlowState state, FlowOptions flow, DateTimeOffset now, bool invalid)
    {
        var sorry = invalid ? flow.InvalidPrompt : null;
        if (sorry is null && flow.Greeting is null)
        {
            state.Prompting = true;
            return OnPromptFinished(state, flow, now);
        }
        state.Prompting = true;
        state.Deadline = now + LongestPrompt;
        return new FlowDecision(FlowDecisionKind.Prompt, sorry is null ? [flow.Greeting!] : flow.Greeting is null ? [sorry] : [sorry, flow.Greeting]);
    }

    private static FlowDecision Default(FlowOptions flow, string why) =>
        new(FlowDecisionKind.Leave, To: flow.Default, Why: flow.Default is null ? $"{why}; the flow has no default" : $"{why} -> {flow.Default}");

    private static string Masked(FlowState state, FlowOptions flow) => flow.Secure ? "(masked)" : state.Keys;

    private static int LongestEntry(FlowOptions flow)
    {
        var longest = 0;
        foreach (var entry in flow.Menu.Keys) longest = Math.Max(longest, entry.Length);
        return longest;
    }
}
