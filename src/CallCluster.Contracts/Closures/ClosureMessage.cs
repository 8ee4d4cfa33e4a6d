namespace CallCluster.Contracts.Closures;

/// <summary>One-way message to a ClosureGrain.</summary>
[GenerateSerializer, Immutable, Alias("ClosureMessage")]
public abstract record ClosureMessage;

/// <summary>QueueGrain that was just activated, or has not heard for a while: answered by <see cref="Queues.ClosureChanged"/>.</summary>
[GenerateSerializer, Immutable, Alias("TellClosure")]
public sealed record TellClosure() : ClosureMessage;
