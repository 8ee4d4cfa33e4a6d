namespace CallCluster.Contracts.Events;

/// <summary>Something that happened in the cluster, as it is told to the outside.</summary>
/// <param name="Id">The same whenever the same is told again (PROTOCOL rule 21).</param>
/// <param name="Kind">What happened.</param>
/// <param name="Subject">To what: the id of a call, ticket or agent, the name of a queue or trunk.</param>
/// <param name="Time">When.</param>
/// <param name="Data">JSON in UTF-8.</param>
[GenerateSerializer, Immutable, Alias("ClusterEvent")]
public sealed record ClusterEvent([property: Id(80)] string Id, [property: Id(81)] EventKind Kind, [property: Id(82)] string Subject, [property: Id(83)] DateTimeOffset Time, [property: Id(84)] byte[] Data)
{
    /// <summary>The agent whom it concerns, and whose own key may see it; null for nobody's.</summary>
    [Id(622)] public string? Agent { get; init; }
}
