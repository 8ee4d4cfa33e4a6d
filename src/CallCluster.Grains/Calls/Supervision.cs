using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Calls;

/// <summary>A supervisor in the call, or on the way into it.</summary>
[GenerateSerializer, Immutable, Alias("Supervision")]
public sealed record Supervision
{
    [Id(0)] public required string AgentId { get; init; }

    /// <summary>The reservation.</summary>
    [Id(1)] public required string OfferId { get; init; }
    [Id(2)] public required SupervisionMode Mode { get; init; }

    /// <summary>SIP URI of the phone; null until the supervisor is reserved.</summary>
    [Id(3)] public string? Target { get; init; }

    /// <summary>The leg on which the phone is called; 0 until it is.</summary>
    [Id(4)] public int Leg { get; init; }

    /// <summary>When the leg was commanded.</summary>
    [Id(5)] public DateTimeOffset CalledAt { get; init; }

    /// <summary>The phone has answered.</summary>
    [Id(6)] public bool Joined { get; init; }

    /// <summary>When reserving or ringing is given up (PROTOCOL rule 2).</summary>
    [Id(7)] public DateTimeOffset? Deadline { get; init; }

    /// <summary>When the reservation is asked for again.</summary>
    [Id(8)] public DateTimeOffset? RepeatAt { get; init; }

    /// <summary>The called leg whose conversation with the caller it was asked for; it lasts no longer than that.</summary>
    [Id(9)] public required int Of { get; init; }

    /// <summary>Who hears whom.</summary>
    /// <param name="coached">The leg of the agent who alone hears what is whispered; null when no agent is left, and then nobody does.</param>
    public LegHearing[] Hearings(int? coached)
    {
        return [new(0, Heard(0, Of)), new(Of, Heard(Of, 0)), new(Leg, [0, Of])];

        int[] Heard(int leg, int other) => Mode == SupervisionMode.Barge || (Mode == SupervisionMode.Whisper && coached == leg) ? [other, Leg] : [other];
    }
}
