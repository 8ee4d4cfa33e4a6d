namespace CallCluster.Contracts.Trunks;

/// <summary>An edge offers to care for a trunk, and tells what it knows if it does already. Sent every few seconds.</summary>
/// <param name="EdgeId">The edge.</param>
/// <param name="Cares">It cares for the trunk now, by an earlier <see cref="TrunkDuty"/> that has not run out.</param>
/// <param name="Health">How the trunk is; null when the edge does not care for it, or does not know yet.</param>
/// <param name="Leaves">It stops: another edge may take over at once.</param>
[GenerateSerializer, Immutable, Alias("TrunkReport")]
public sealed record TrunkReport([property: Id(0)] string EdgeId, [property: Id(1)] bool Cares, [property: Id(2)] TrunkHealth? Health, [property: Id(3)] bool Leaves = false);

/// <summary>How a trunk's peer answers.</summary>
/// <param name="Answers">It answers OPTIONS; null when it is not asked or not known yet.</param>
/// <param name="Registered">It has our registration; null when the trunk does not register or it is not known yet.</param>
/// <param name="Detail">The last failure, for people.</param>
[GenerateSerializer, Immutable, Alias("TrunkHealth")]
public sealed record TrunkHealth([property: Id(0)] bool? Answers, [property: Id(1)] bool? Registered, [property: Id(2)] string? Detail);

/// <summary>The TrunkGrain's answer to a <see cref="TrunkReport"/>.</summary>
/// <param name="Lent">The edge cares for the trunk: registers it and probes its proxy.</param>
/// <param name="For">For how long, unless it reports again.</param>
[GenerateSerializer, Immutable, Alias("TrunkDuty")]
public sealed record TrunkDuty([property: Id(0)] bool Lent, [property: Id(1)] TimeSpan For);
