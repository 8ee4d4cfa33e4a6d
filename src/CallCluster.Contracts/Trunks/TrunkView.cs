namespace CallCluster.Contracts.Trunks;

/// <summary>A trunk as the API shows it.</summary>
[GenerateSerializer, Immutable, Alias("TrunkView")]
public sealed record TrunkView
{
    [Id(0)] public required string Name { get; init; }

    /// <summary>Channels in use, both ways.</summary>
    [Id(1)] public required int Channels { get; init; }
    [Id(2)] public required int? MaxChannels { get; init; }
    [Id(3)] public required long Granted { get; init; }
    [Id(4)] public required long Refused { get; init; }
    [Id(5)] public required int Inbound { get; init; }
    [Id(6)] public required int? MaxInbound { get; init; }
    [Id(7)] public required int Outbound { get; init; }
    [Id(8)] public required int? MaxOutbound { get; init; }
    [Id(9)] public required int? CallsPerSecond { get; init; }

    /// <summary>Its proxy answers OPTIONS; null when it is not asked or not known yet.</summary>
    [Id(10)] public required bool? Up { get; init; }

    /// <summary>Its registrar has our registration; null when the trunk does not register or it is not known yet.</summary>
    [Id(11)] public required bool? Registered { get; init; }

    /// <summary>The last failure of either.</summary>
    [Id(12)] public required string? Detail { get; init; }

    /// <summary>The edge that registers and probes; null for none.</summary>
    [Id(13)] public required string? Edge { get; init; }
}
