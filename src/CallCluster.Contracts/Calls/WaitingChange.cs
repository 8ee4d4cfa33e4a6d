namespace CallCluster.Contracts.Calls;

/// <summary>What a supervisor does about a caller who waits in a queue (<see cref="ICallGrain.ChangeWaiting"/>).</summary>
[GenerateSerializer, Immutable, Alias("WaitingChange")]
public abstract record WaitingChange;

/// <summary>The caller goes elsewhere: to another queue with the time waited so far, to any other destination, or away (<c>hangup:480</c>). Whom an agent or a number there does not take comes back.</summary>
/// <param name="To">A destination that has been looked at: it is configured, or allowed by Outbound:Allow.</param>
[GenerateSerializer, Immutable, Alias("MoveCaller")]
public sealed record MoveCaller([property: Id(0)] string To) : WaitingChange;

/// <summary>The caller goes to this agent now, whoever else would be next. An agent who is not free, or does not take the call, leaves the caller at the old place.</summary>
[GenerateSerializer, Immutable, Alias("PickCaller")]
public sealed record PickCaller([property: Id(0)] string AgentId) : WaitingChange;

/// <summary>The caller has this priority from now on, here and in queues to come, in place of the queue's.</summary>
/// <param name="Priority">Higher is more important; each step is worth the queue's PriorityWeight.</param>
[GenerateSerializer, Immutable, Alias("PrioritiseCaller")]
public sealed record PrioritiseCaller([property: Id(0)] int Priority) : WaitingChange;

/// <summary>What became of a <see cref="WaitingChange"/>.</summary>
/// <param name="Status">Whether it is done.</param>
/// <param name="Call">The call as it is then; null when it is not known.</param>
[GenerateSerializer, Immutable, Alias("WaitingChangeResult")]
public sealed record WaitingChangeResult([property: Id(0)] WaitingChangeStatus Status, [property: Id(1)] CallView? Call);

/// <summary>Outcomes of a <see cref="WaitingChange"/>.</summary>
public enum WaitingChangeStatus
{
    /// <summary>It is done; of a pick, the agent is being asked.</summary>
    Accepted,

    /// <summary>No such call is going on.</summary>
    UnknownCall,

    /// <summary>The call does not wait in that queue.</summary>
    NotWaiting,

    /// <summary>The caller is being offered to an agent: who answers, or does not, decides.</summary>
    Offered,

    /// <summary>No agent has that id.</summary>
    UnknownAgent,

    /// <summary>The caller has hung up and is to be called back: only a queue, or hangup:, may be where they are moved to.</summary>
    NobodyOnLine,
}
