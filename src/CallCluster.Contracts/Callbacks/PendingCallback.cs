using CallCluster.Contracts.Calls;

namespace CallCluster.Contracts.Callbacks;

/// <summary>A caller who is to be called back, with all that the call needs to go on when its own state is lost.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Offer">How it began; its caller is the number to call.</param>
/// <param name="FirstQueuedAt">When the caller came.</param>
/// <param name="Place">The place key (PROTOCOL rule 11).</param>
/// <param name="ExpiresAt">From then on nobody is called any more.</param>
[GenerateSerializer, Immutable, Alias("PendingCallback")]
public sealed record PendingCallback([property: Id(0)] string CallId, [property: Id(1)] CallOffer Offer, [property: Id(2)] DateTimeOffset FirstQueuedAt, [property: Id(3)] long Place,
    [property: Id(4)] DateTimeOffset ExpiresAt);
