using CallCluster.Contracts.Callbacks;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Trunks;

namespace CallCluster.Contracts.Calls;

/// <summary>One-way message to a CallGrain from another grain.</summary>
[GenerateSerializer, Immutable, Alias("CallMessage")]
public abstract record CallMessage;

/// <summary>TrunkGrain: the channel is this leg's until the call releases it.</summary>
[GenerateSerializer, Immutable, Alias("ChannelGranted")]
public sealed record ChannelGranted([property: Id(0)] string Trunk, [property: Id(1)] int Leg = 0) : CallMessage;

/// <summary>TrunkGrain: no channel for this leg.</summary>
[GenerateSerializer, Immutable, Alias("ChannelRefused")]
public sealed record ChannelRefused([property: Id(0)] string Trunk, [property: Id(1)] TimeSpan RetryAfter, [property: Id(2)] ChannelRefusal Why = ChannelRefusal.AllInUse,
    [property: Id(3)] int Leg = 0) : CallMessage;

/// <summary>TrunkGrain in doubt (PROTOCOL rule 14): does this leg still use its channel? Answered by ChannelHeld or ReleaseChannel.</summary>
[GenerateSerializer, Immutable, Alias("ChannelInquiry")]
public sealed record ChannelInquiry([property: Id(0)] string Trunk, [property: Id(1)] int Leg = 0) : CallMessage;

/// <summary>AgentGrain: the agent is reserved for this call, waiting for its consent until the reservation's deadline.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="OfferId">The reservation; unique for ever.</param>
/// <param name="Queue">The queue that matched them; null for a direct call.</param>
/// <param name="Target">SIP URI to call.</param>
[GenerateSerializer, Immutable, Alias("AgentReserved")]
public sealed record AgentReserved([property: Id(0)] string AgentId, [property: Id(1)] string OfferId, [property: Id(2)] string? Queue, [property: Id(3)] string Target) : CallMessage
{
    /// <summary>Why they were matched; null for a direct call.</summary>
    [Id(60)] public MatchReason? Why { get; init; }
}

/// <summary>AgentGrain: a direct reservation (destination agent:ID) was refused.</summary>
[GenerateSerializer, Immutable, Alias("AgentRefused")]
public sealed record AgentRefused([property: Id(0)] string AgentId, [property: Id(1)] string OfferId, [property: Id(2)] string Presence) : CallMessage;

/// <summary>AgentGrain in doubt: is the agent still in this call by this reservation? Answered by AgentStillBusy or AgentReleased.</summary>
[GenerateSerializer, Immutable, Alias("AgentInquiry")]
public sealed record AgentInquiry([property: Id(0)] string AgentId, [property: Id(1)] string OfferId) : CallMessage;

/// <summary>QueueGrain: the caller leaves the queue by an overflow rule. Ignored unless the call still waits by <paramref name="Version"/>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Version">The version of the <see cref="Queues.Enqueue"/> that it answers.</param>
/// <param name="Reason">The rule: NoAgents, Waited, Length.</param>
/// <param name="To">The destination.</param>
[GenerateSerializer, Immutable, Alias("QueueOverflowed")]
public sealed record QueueOverflowed([property: Id(0)] string Queue, [property: Id(1)] long Version, [property: Id(2)] string Reason, [property: Id(3)] string To) : CallMessage;

/// <summary>QueueGrain: the caller rang before, hung up while waiting, and has this place. Ignored unless the call is in that queue, further back.</summary>
[GenerateSerializer, Immutable, Alias("PlaceKept")]
public sealed record PlaceKept([property: Id(0)] string Queue, [property: Id(1)] long Place) : CallMessage;

/// <summary>QueueGrain: how the caller stands there. Ignored unless it answers the last question and the caller still waits.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Asked">That of <see cref="Queues.TellWait"/>.</param>
/// <param name="Position">The place in line, from 1; null when it is not known: a queue that has just begun may not have heard of all who wait.</param>
/// <param name="EstimatedWait">How much longer the caller will wait; null when it is not known.</param>
[GenerateSerializer, Immutable, Alias("WaitTold")]
public sealed record WaitTold([property: Id(0)] string Queue, [property: Id(1)] long Asked, [property: Id(2)] int? Position, [property: Id(3)] TimeSpan? EstimatedWait) : CallMessage;

/// <summary>QueueGrain in doubt: is the call still waiting here? Answered by Enqueue (the same version) or Leave.</summary>
[GenerateSerializer, Immutable, Alias("QueueInquiry")]
public sealed record QueueInquiry([property: Id(0)] string Queue) : CallMessage;

/// <summary>EdgeGrain: the edge that carried the call is dead (PROTOCOL rule 16).</summary>
[GenerateSerializer, Immutable, Alias("CallEdgeLost")]
public sealed record CallEdgeLost([property: Id(0)] string EdgeId) : CallMessage;

/// <summary>EdgeGrain's answer to an inquiry: the edge lives; ask again later.</summary>
[GenerateSerializer, Immutable, Alias("CallEdgeAlive")]
public sealed record CallEdgeAlive([property: Id(0)] string EdgeId) : CallMessage;

/// <summary>DirectoryGrain: edges of the cluster, some of which may be dead or full; empty when none is known.</summary>
[GenerateSerializer, Immutable, Alias("EdgesListed")]
public sealed record EdgesListed([property: Id(0)] string[] EdgeIds) : CallMessage;

/// <summary>EdgeGrain: the edge takes no new call: it is dead, drains or is full.</summary>
/// <param name="EdgeId">The edge.</param>
/// <param name="Epoch">That of the <see cref="Edges.BeginCall"/> which it answers.</param>
[GenerateSerializer, Immutable, Alias("EdgeRefused")]
public sealed record EdgeRefused([property: Id(0)] string EdgeId, [property: Id(1)] int Epoch) : CallMessage;

/// <summary>TicketGrain: the ticket is stored (PROTOCOL rule 21).</summary>
[GenerateSerializer, Immutable, Alias("TicketStored")]
public sealed record TicketStored([property: Id(0)] string TicketId) : CallMessage;

/// <summary>CallbacksGrain: the callback is stored.</summary>
[GenerateSerializer, Immutable, Alias("CallbackKept")]
public sealed record CallbackKept([property: Id(0)] string Queue) : CallMessage;

/// <summary>CallbacksGrain: the caller cannot be called back, for there are too many already, or one for the same number.</summary>
[GenerateSerializer, Immutable, Alias("CallbackRefused")]
public sealed record CallbackRefused([property: Id(0)] string Queue, [property: Id(1)] string Why) : CallMessage;

/// <summary>CallbacksGrain: the callback is kept no more, and will not come back.</summary>
[GenerateSerializer, Immutable, Alias("CallbackDropped")]
public sealed record CallbackDropped([property: Id(0)] string Queue) : CallMessage;

/// <summary>CallbacksGrain: the caller is to be called back. A call that waits for that says so to its queue; one that does not has it dropped; one whose state is lost goes on from this.</summary>
[GenerateSerializer, Immutable, Alias("CallbackAwaited")]
public sealed record CallbackAwaited([property: Id(0)] string Queue, [property: Id(1)] PendingCallback Callback) : CallMessage;
