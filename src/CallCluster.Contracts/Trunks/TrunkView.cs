namespace CallCluster.Contracts.Trunks;

/// <summary>A trunk as the API shows it.</summary>
[GenerateSerializer, Immutable, Alias("TrunkView")]
public sealed record TrunkView([property: Id(0)] string Name, [property: Id(1)] int Channels, [property: Id(2)] int? MaxChannels, [property: Id(3)] long Granted, [property: Id(4)] long Refused);
