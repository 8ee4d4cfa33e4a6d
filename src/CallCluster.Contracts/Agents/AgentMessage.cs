using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;

namespace CallCluster.Contracts.Agents;

/// <summary>One-way message to an AgentGrain.</summary>
[GenerateSerializer, Immutable, Alias("AgentMessage")]
public abstract record AgentMessage;

/// <summary>QueueGrain that was just activated, or reloaded: tell me your state (answered by AgentChanged).</summary>
[GenerateSerializer, Immutable, Alias("TellState")]
public sealed record TellState([property: Id(0)] string Queue) : AgentMessage
{
    /// <summary>Also whom the agent has talked with (<see cref="AgentChanged.Callers"/>).</summary>
    [Id(715)] public bool WithCallers { get; init; }
}

/// <summary>QueueGrain: reserve the agent for a caller (PROTOCOL rule 8). Answered by AgentReserved to the call, or ReservationRefused to the queue.</summary>
/// <param name="Queue">The queue; null when the CallGrain itself asks (destination agent:ID), who then gets AgentRefused.</param>
/// <param name="CallId">For which call.</param>
/// <param name="OfferId">Unique for ever; the same again repeats the answer.</param>
[GenerateSerializer, Immutable, Alias("Reserve")]
public sealed record Reserve([property: Id(0)] string? Queue, [property: Id(1)] string CallId, [property: Id(2)] string OfferId) : AgentMessage
{
    /// <summary>Why the queue chose the agent, for <see cref="AgentReserved.Why"/>; null when the CallGrain asks.</summary>
    [Id(60)] public MatchReason? Why { get; init; }
}

/// <summary>QueueGrain's answer to AgentChanged that wanted bids (PROTOCOL rule 9): its best fitting caller, or none.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Version">The agent's version that it answers; another is dropped (and answered with BidLost when it holds a caller).</param>
/// <param name="CallId">The caller; null when nobody waits who fits.</param>
/// <param name="OfferId">The reservation's id if this bid wins.</param>
/// <param name="Place">The caller's place key.</param>
[GenerateSerializer, Immutable, Alias("Bid")]
public sealed record Bid([property: Id(0)] string Queue, [property: Id(1)] long Version, [property: Id(2)] string? CallId, [property: Id(3)] string? OfferId, [property: Id(4)] long Place) : AgentMessage
{
    /// <summary>Why the queue bids this caller, for <see cref="AgentReserved.Why"/>; null when it bids none.</summary>
    [Id(60)] public MatchReason? Why { get; init; }
}

/// <summary>CallGrain consents: the agent's phone is being called. From now on only the call ends it (PROTOCOL rule 14: busy has no deadline).</summary>
[GenerateSerializer, Immutable, Alias("OfferAccepted")]
public sealed record OfferAccepted([property: Id(0)] string CallId, [property: Id(1)] string OfferId) : AgentMessage;

/// <summary>CallGrain declines: it ended or is offered elsewhere. The agent is free at once, idle time kept.</summary>
[GenerateSerializer, Immutable, Alias("OfferDeclined")]
public sealed record OfferDeclined([property: Id(0)] string CallId, [property: Id(1)] string OfferId) : AgentMessage;

/// <summary>CallGrain: agent and caller are joined.</summary>
[GenerateSerializer, Immutable, Alias("AgentAnswered")]
public sealed record AgentAnswered([property: Id(0)] string CallId, [property: Id(1)] string OfferId) : AgentMessage
{
    /// <summary>The caller, for a queue that leads callers to the agent of last time; null otherwise.</summary>
    [Id(716)] public RecentCaller? Caller { get; init; }
}

/// <summary>CallGrain: the phone did not answer, or refused. NoAnswer makes the agent NotResponding; Busy and Rejected a short pause; Failed counts as NoAnswer.</summary>
[GenerateSerializer, Immutable, Alias("AgentDidNotAnswer")]
public sealed record AgentDidNotAnswer([property: Id(0)] string CallId, [property: Id(1)] string OfferId, [property: Id(2)] LegEndCause Cause) : AgentMessage;

/// <summary>CallGrain: the reservation is over. Wrap-up follows when the agent had answered. Terminal for the offer.</summary>
[GenerateSerializer, Immutable, Alias("AgentReleased")]
public sealed record AgentReleased([property: Id(0)] string CallId, [property: Id(1)] string OfferId, [property: Id(2)] TimeSpan WrapUp) : AgentMessage
{
    /// <summary>They were joined: also when the message of that is still on its way.</summary>
    [Id(622)] public bool Answered { get; init; }
}

/// <summary>CallGrain: the agent is still in this call; also rebuilds an AgentGrain that lost its state (PROTOCOL rule 15).</summary>
[GenerateSerializer, Immutable, Alias("AgentStillBusy")]
public sealed record AgentStillBusy([property: Id(0)] string CallId, [property: Id(1)] string OfferId, [property: Id(2)] bool Answered) : AgentMessage;
