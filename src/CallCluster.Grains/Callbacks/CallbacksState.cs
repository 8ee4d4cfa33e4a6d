using CallCluster.Contracts.Callbacks;

namespace CallCluster.Grains.Callbacks;

/// <summary>What is stored of a queue's callbacks.</summary>
[GenerateSerializer, Alias("CallbacksState")]
public sealed class CallbacksState
{
    /// <summary>In the order in which they were asked for.</summary>
    [Id(0)] public List<PendingCallback> Pending { get; set; } = [];

    /// <summary>Calls whose callbacks were dropped a moment ago, the longest ago first: a late copy of what they asked for does not bring them back.</summary>
    [Id(1)] public List<DroppedCallback> Dropped { get; set; } = [];
}

/// <summary>A callback that was dropped.</summary>
[GenerateSerializer, Immutable, Alias("DroppedCallback")]
public readonly record struct DroppedCallback([property: Id(0)] string CallId, [property: Id(1)] DateTimeOffset At);
