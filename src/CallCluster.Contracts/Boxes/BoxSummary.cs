namespace CallCluster.Contracts.Boxes;

/// <summary>What waits in a voicemail box.</summary>
/// <param name="Box">The box.</param>
/// <param name="Open">Tickets that nobody has taken on.</param>
/// <param name="Claimed">Tickets that somebody has taken on.</param>
/// <param name="Version">Rises with each change, from one activation of the grain to the next as well.</param>
[GenerateSerializer, Immutable, Alias("BoxSummary")]
public sealed record BoxSummary([property: Id(0)] string Box, [property: Id(1)] int Open, [property: Id(2)] int Claimed, [property: Id(3)] long Version);
