namespace CallCluster.Contracts.Events;

/// <summary>A piece of the stream.</summary>
/// <param name="Next">Where to read on.</param>
/// <param name="Entries">Possibly none.</param>
/// <param name="Gap">Why it does not begin where it was asked to: what happened since then is not known any more. Null when it does.</param>
[GenerateSerializer, Immutable, Alias("EventPage")]
public sealed record EventPage([property: Id(622)] StreamPosition Next, [property: Id(623)] StreamEntry[] Entries, [property: Id(624)] StreamGap? Gap);

/// <summary>One place of the stream: an event, or that some are missing here.</summary>
[GenerateSerializer, Immutable, Alias("StreamEntry")]
public sealed record StreamEntry([property: Id(622)] long Number, [property: Id(623)] ClusterEvent? Event, [property: Id(624)] StreamGap? Gap);

/// <summary>Why events are missing.</summary>
public enum StreamGap
{
    /// <summary>The stream is another: its silo was lost, the cluster began anew, or nobody has listened for long.</summary>
    Restarted,

    /// <summary>The reader was away, or slow, for longer than events are kept.</summary>
    TooOld,

    /// <summary>A silo died, and what it had not told yet went with it.</summary>
    SiloLost,

    /// <summary>A silo could not tell what happened in it for so long that it dropped some.</summary>
    Dropped,
}
