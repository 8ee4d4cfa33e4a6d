namespace CallCluster.Contracts.Edges;

/// <summary>An edge as the API shows it.</summary>
[GenerateSerializer, Immutable, Alias("EdgeView")]
public sealed record EdgeView([property: Id(0)] string Id, [property: Id(1)] EdgeStatus Status, [property: Id(2)] int Calls, [property: Id(3)] int MaxCalls,
    [property: Id(4)] int PortsInUse, [property: Id(5)] string[] Listeners, [property: Id(6)] DateTimeOffset LastSeenAt, [property: Id(7)] string? Uri = null);

/// <summary>What the cluster knows of an edge.</summary>
public enum EdgeStatus { Active, Draining, Dead }
