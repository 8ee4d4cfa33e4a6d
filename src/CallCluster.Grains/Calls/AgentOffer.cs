namespace CallCluster.Grains.Calls;

/// <summary>An agent whom the call is offered to or joined with: one at a time (I2), but for those whom a queue rings together.</summary>
[GenerateSerializer, Alias("AgentOffer")]
public sealed record AgentOffer
{
    [Id(0)] public required string AgentId { get; init; }

    /// <summary>The reservation.</summary>
    [Id(1)] public required string OfferId { get; init; }

    /// <summary>The queue that matched them; null for a direct call.</summary>
    [Id(2)] public string? Queue { get; init; }

    /// <summary>SIP URI of the phone; null until the agent is reserved.</summary>
    [Id(3)] public string? Target { get; init; }

    /// <summary>The leg on which the phone is called; 0 until it is.</summary>
    [Id(4)] public int Leg { get; init; }

    /// <summary>When the leg was commanded.</summary>
    [Id(5)] public DateTimeOffset CalledAt { get; init; }

    /// <summary>The agent has put the caller on hold.</summary>
    [Id(680)] public bool Holds { get; init; }
}
