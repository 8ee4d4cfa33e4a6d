namespace CallCluster.Grains.Flows;

/// <summary>What a flow wants next.</summary>
/// <param name="Kind">What.</param>
/// <param name="Prompts">For Prompt: what to play, to be told back by <see cref="FlowMachine.OnPromptFinished"/>.</param>
/// <param name="To">For Leave: the destination; null when the flow names none.</param>
/// <param name="Why">For Leave: a step of the record, digits masked where the menu is secure.</param>
public readonly record struct FlowDecision(FlowDecisionKind Kind, string[]? Prompts = null, string? To = null, string? Why = null);

/// <summary>The kinds of decision.</summary>
public enum FlowDecisionKind
{
    /// <summary>Nothing; the state's deadline tells until when.</summary>
    Wait,
    /// <summary>Play prompts.</summary>
    Prompt,
    /// <summary>The flow is over.</summary>
    Leave,
}
