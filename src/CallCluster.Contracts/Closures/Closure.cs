namespace CallCluster.Contracts.Closures;

/// <summary>Whether a queue is closed by hand.</summary>
/// <param name="Closed">It is.</param>
/// <param name="Reason">Why, in the words of who closed it; null while it is not.</param>
/// <param name="Since">When that was last switched; null when it never was.</param>
[GenerateSerializer, Immutable, Alias("Closure")]
public sealed record Closure([property: Id(0)] bool Closed, [property: Id(1)] string? Reason, [property: Id(2)] DateTimeOffset? Since);
