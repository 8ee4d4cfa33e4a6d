namespace CallCluster.Contracts.Events;

/// <summary>What one silo tells at once, in the order in which it happened there.</summary>
/// <param name="Feed">The silo's process.</param>
/// <param name="Number">One more than that of the batch before.</param>
/// <param name="Events">Possibly none.</param>
/// <param name="HasLost">Events before these were dropped, as the stream did not answer for long.</param>
/// <param name="IsLast">The process ends in good order.</param>
[GenerateSerializer, Immutable, Alias("EventBatch")]
public sealed record EventBatch([property: Id(622)] string Feed, [property: Id(623)] long Number, [property: Id(624)] ClusterEvent[] Events, [property: Id(625)] bool HasLost, [property: Id(626)] bool IsLast);
