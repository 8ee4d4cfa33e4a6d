namespace CallCluster.Contracts.Trunks;

/// <summary>One-way message to a TrunkGrain. A channel belongs to one leg of one call: leg 0, the caller's, takes an inbound one, any other leg an outbound one.</summary>
[GenerateSerializer, Immutable, Alias("TrunkMessage")]
public abstract record TrunkMessage;

/// <summary>CallGrain wants a channel; the same again repeats the answer (ChannelGranted or ChannelRefused).</summary>
[GenerateSerializer, Immutable, Alias("AcquireChannel")]
public sealed record AcquireChannel([property: Id(0)] string CallId, [property: Id(1)] int Leg = 0) : TrunkMessage;

/// <summary>CallGrain: the leg has the channel still; taken in even above the limits, since the leg exists (PROTOCOL rule 15).</summary>
[GenerateSerializer, Immutable, Alias("ChannelHeld")]
public sealed record ChannelHeld([property: Id(0)] string CallId, [property: Id(1)] int Leg = 0) : TrunkMessage;

/// <summary>CallGrain: the leg is over. Terminal: wins over an AcquireChannel that arrives later; numbers of legs are never used again.</summary>
[GenerateSerializer, Immutable, Alias("ReleaseChannel")]
public sealed record ReleaseChannel([property: Id(0)] string CallId, [property: Id(1)] int Leg = 0) : TrunkMessage;
