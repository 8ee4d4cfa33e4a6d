using CallCluster.Contracts.Edges;

namespace CallCluster.Contracts.Calls;

/// <summary>A batch of events of one call, in order. At most one batch per call is under way at a time.</summary>
[GenerateSerializer, Immutable, Alias("EdgeEvents")]
public sealed record EdgeEvents
{
    [Id(0)] public required string EdgeId { get; init; }

    /// <summary>Where commands go; valid as long as the edge's process lives, never persisted (PROTOCOL rule 5).</summary>
    [Id(1)] public required IEdgeObserver Observer { get; init; }

    /// <summary>Rises when the call's legs move to another edge; 1 at first.</summary>
    [Id(2)] public required int Epoch { get; init; }

    /// <summary>Sequence number of the first event in <see cref="Events"/>; each further event counts one up. A receiver skips what it has seen.</summary>
    [Id(3)] public required long FirstSequence { get; init; }

    [Id(4)] public required CallEvent[] Events { get; init; }

    /// <summary>The highest incarnation of the CallGrain that this edge has seen, 0 when none; as of this sending, also when the events are sent again.</summary>
    [Id(5)] public required long Incarnation { get; init; }

    /// <summary>The last command id of that incarnation executed without a gap: the acknowledgement of commands.</summary>
    [Id(6)] public required long LastCommand { get; init; }
}
