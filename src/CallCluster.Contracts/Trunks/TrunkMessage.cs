namespace CallCluster.Contracts.Trunks;

/// <summary>One-way message to a TrunkGrain.</summary>
[GenerateSerializer, Immutable, Alias("TrunkMessage")]
public abstract record TrunkMessage;

/// <summary>CallGrain wants a channel; the same again repeats the answer (ChannelGranted or ChannelRefused).</summary>
[GenerateSerializer, Immutable, Alias("AcquireChannel")]
public sealed record AcquireChannel([property: Id(0)] string CallId) : TrunkMessage;

/// <summary>CallGrain: the call has the channel still; taken in even above the limit, since the call exists (PROTOCOL rule 15).</summary>
[GenerateSerializer, Immutable, Alias("ChannelHeld")]
public sealed record ChannelHeld([property: Id(0)] string CallId) : TrunkMessage;

/// <summary>CallGrain: the call is over. Terminal: wins over an AcquireChannel that arrives later.</summary>
[GenerateSerializer, Immutable, Alias("ReleaseChannel")]
public sealed record ReleaseChannel([property: Id(0)] string CallId) : TrunkMessage;
