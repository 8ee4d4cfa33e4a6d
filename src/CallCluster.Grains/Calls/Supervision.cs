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

    /// <summary>The called leg whose conversation with the caller is supervised; null until the phone has answered.</summary>
    [Id(6)] public int? Joined { get; init; }

    /// <summary>When reserving or ringing is given up (PROTOCOL rule 2).</summary>
    [Id(7)] public DateTimeOffset? Deadline { get; init; }

    /// <summary>When the reservation is asked for again.</summary>
    [Id(8)] public DateTimeOffset? RepeatAt { get; init; }

    /// <summary>Who hears whom.</summary>
    public LegHearing[] Hearings(int called) => Mode switch
    {
        SupervisionMode.Whisper => [new(0, [called]), new(called, [0, Leg]), new(Leg, [0, called])],
        SupervisionMode.Barge => [new(0, [called, Leg]), new(called, [0, Leg]), new(Leg, [0, called])],
        _ => [new(0, [called]), new(called, [0]), new(Leg, [0, called])],
    };
}
