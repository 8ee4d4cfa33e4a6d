namespace CallCluster.Contracts.Queues;

/// <summary>Somebody who might have been chosen and was not.</summary>
/// <param name="Id">The agent; where an agent came free, the call.</param>
/// <param name="Why">Why not.</param>
/// <param name="Score">As in <see cref="MatchReason.Score"/>, where <paramref name="Why"/> is LowerScore; else 0.</param>
[GenerateSerializer, Immutable, Alias("PassedOver")]
public sealed record PassedOver([property: Id(0)] string Id, [property: Id(1)] PassedOverFor Why, [property: Id(2)] double Score = 0);

/// <summary>Why somebody was passed over.</summary>
public enum PassedOverFor
{
    /// <summary>The agent did not take this call a short while ago.</summary>
    Refused,
    /// <summary>The agent takes only callers of this queue who have waited longer.</summary>
    Delay,
    /// <summary>The agent has fewer of the skills that the step names.</summary>
    FewerSkills,
    /// <summary>The strategy puts the agent behind.</summary>
    LowerScore,
    /// <summary>The caller, first in line, needs somebody else yet.</summary>
    NeedsOthers,
    /// <summary>The caller, first in line, is being offered already.</summary>
    BeingOffered,
}
