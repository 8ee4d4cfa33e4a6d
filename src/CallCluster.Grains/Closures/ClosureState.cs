using CallCluster.Contracts.Closures;

namespace CallCluster.Grains.Closures;

/// <summary>What is stored of a queue's closure by hand.</summary>
[GenerateSerializer, Alias("ClosureState")]
public sealed class ClosureState
{
    [Id(0)] public Closure Closure { get; set; } = new(false, null, null);

    /// <summary>Rises with each change; by the clock, so that a state that was lost does not begin below what the queue knows.</summary>
    [Id(1)] public long Version { get; set; }
}
