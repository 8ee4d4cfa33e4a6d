namespace CallCluster.Contracts.Calls;

/// <summary>A row of a hearing matrix.</summary>
/// <param name="Leg">The leg that hears.</param>
/// <param name="Hears">The legs whose audio and keys reach it.</param>
[GenerateSerializer, Immutable, Alias("LegHearing")]
public sealed record LegHearing([property: Id(0)] int Leg, [property: Id(1)] int[] Hears);
