namespace CallCluster.Contracts.Calls;

/// <summary>A leg as the edge sees it now.</summary>
/// <param name="Leg">Its number.</param>
/// <param name="State">How far it is.</param>
/// <param name="AgentId">The agent called on it, from <see cref="Originate"/>.</param>
/// <param name="OfferId">The reservation that it serves, from <see cref="Originate"/>.</param>
/// <param name="BridgedTo">The leg whose audio it hears, if any.</param>
/// <param name="Trunk">The trunk it was called through, from <see cref="Dial"/>; "" when <paramref name="To"/> took the place of an agent (<see cref="LegReplaced"/>).</param>
/// <param name="To">The destination called through it.</param>
[GenerateSerializer, Immutable, Alias("LegSnapshot")]
public sealed record LegSnapshot([property: Id(0)] int Leg, [property: Id(1)] LegState State, [property: Id(2)] string? AgentId,
    [property: Id(3)] string? OfferId, [property: Id(4)] int? BridgedTo, [property: Id(5)] string? Trunk = null, [property: Id(6)] string? To = null)
{
    /// <summary>It is a supervisor's, from <see cref="Originate.Supervises"/>: no conversation of its own.</summary>
    [Id(7)] public bool IsSupervisor { get; init; }

    /// <summary>The number of the <see cref="Dial.AsCaller"/> that made this leg 0; 0 for any other leg.</summary>
    [Id(70)] public int Attempt { get; init; }
}

/// <summary>How far a leg is.</summary>
public enum LegState
{
    /// <summary>INVITE sent or received, nothing else.</summary>
    Trying,
    /// <summary>18x sent or received.</summary>
    Ringing,
    /// <summary>Confirmed.</summary>
    Answered,
    /// <summary>Gone.</summary>
    Ended,
}
