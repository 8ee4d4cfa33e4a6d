namespace CallCluster.Contracts.Agents;

/// <summary>What is counted of an agent since <see cref="Since"/>, calls that other agents sent, supervisions and direct calls included.</summary>
[GenerateSerializer, Immutable, Alias("AgentStatisticsView")]
public sealed record AgentStatisticsView
{
    /// <summary>When the agent's grain began to count: after a crash it begins anew.</summary>
    [Id(622)] public required DateTimeOffset Since { get; init; }

    /// <summary>Calls that the agent's phone was rung for.</summary>
    [Id(623)] public required long Offered { get; init; }

    /// <summary>Of these, joined with the agent.</summary>
    [Id(624)] public required long Answered { get; init; }

    /// <summary>Of these, refused: the phone was busy, or rejected or forwarded the call.</summary>
    [Id(625)] public required long Refused { get; init; }

    /// <summary>Of these, not answered in time, or the phone could not be called. What is neither rings still, or was given up by the caller or taken by another.</summary>
    [Id(626)] public required long NotAnswered { get; init; }

    /// <summary>Time in calls from the answer on, hold included; of calls at the same time the sum.</summary>
    [Id(627)] public required TimeSpan TalkTime { get; init; }
    [Id(628)] public required TimeSpan WrapUpTime { get; init; }

    /// <summary>Time in calls and wrap-up over that and idle time, 0 to 1; null before there was any.</summary>
    [Id(629)] public required double? Occupancy { get; init; }

    /// <summary>Time in each presence, by its name.</summary>
    [Id(630)] public required IReadOnlyDictionary<string, TimeSpan> PresenceTime { get; init; }
}
