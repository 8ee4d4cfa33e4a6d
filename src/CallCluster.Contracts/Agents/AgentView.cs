namespace CallCluster.Contracts.Agents;

/// <summary>An agent as the API shows it.</summary>
[GenerateSerializer, Immutable, Alias("AgentView")]
public sealed record AgentView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required Presence Presence { get; init; }
    [Id(2)] public string? Reason { get; init; }
    [Id(3)] public required DateTimeOffset Since { get; init; }
    [Id(4)] public required string[] Calls { get; init; }
    [Id(5)] public required int Capacity { get; init; }
    [Id(6)] public required string[] Queues { get; init; }
    [Id(7)] public required IReadOnlyDictionary<string, int> Skills { get; init; }
    [Id(8)] public required string[] Contacts { get; init; }

    /// <summary>What was counted so far; null from a silo of an earlier version.</summary>
    [Id(622)] public AgentStatisticsView? Statistics { get; init; }
}
