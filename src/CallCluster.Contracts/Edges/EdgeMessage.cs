using CallCluster.Contracts.Calls;

namespace CallCluster.Contracts.Edges;

/// <summary>One-way message to an EdgeGrain.</summary>
[GenerateSerializer, Immutable, Alias("EdgeMessage")]
public abstract record EdgeMessage;

/// <summary>CallGrain in doubt: has not heard of its edge for several sweeps. Answered by CallEdgeAlive or, once declared dead, CallEdgeLost.</summary>
[GenerateSerializer, Immutable, Alias("EdgeInquiry")]
public sealed record EdgeInquiry([property: Id(0)] string CallId) : EdgeMessage;

/// <summary>
/// CallGrain: the edge is to carry a call that begins at our side, without a leg for now. The EdgeGrain hands it on to a living edge that has room, which answers with
/// <see cref="CallAttached"/>; else it answers <see cref="EdgeRefused"/>. It may come again: a call that the edge carries by a lower epoch ends there.
/// </summary>
[GenerateSerializer, Immutable, Alias("BeginCall")]
public sealed record BeginCall([property: Id(0)] string CallId, [property: Id(1)] int Epoch, [property: Id(2)] CallOffer Offer) : EdgeMessage;

/// <summary>An edge's sign of life, each <c>LeaseDuration / 3</c>.</summary>
[GenerateSerializer, Immutable, Alias("EdgeHeartbeat")]
public sealed record EdgeHeartbeat : EdgeMessage
{
    [Id(0)] public required IEdgeObserver Observer { get; init; }

    /// <summary>Distinguishes a restarted process with the same edge id: calls of an earlier process are lost.</summary>
    [Id(1)] public required Guid ProcessId { get; init; }

    /// <summary>Counts up by one with each heartbeat of a process; an older one is ignored.</summary>
    [Id(2)] public required long Number { get; init; }
    [Id(3)] public required bool Draining { get; init; }

    /// <summary>Calls that began since the heartbeat before; all calls when <see cref="Full"/>.</summary>
    [Id(4)] public required string[] Started { get; init; }
    [Id(5)] public required string[] Ended { get; init; }
    [Id(6)] public required bool Full { get; init; }
    [Id(7)] public required int MaxCalls { get; init; }
    [Id(8)] public required string[] Listeners { get; init; }
    [Id(9)] public required int PortsInUse { get; init; }

    /// <summary>SIP URI at which other edges reach it; null when it listens for WebSockets only.</summary>
    [Id(10)] public string? Uri { get; init; }
}
