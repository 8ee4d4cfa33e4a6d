namespace CallCluster.Contracts.Calls;

/// <summary>What an agent, or a supervisor for them, does in a conversation with a caller (<see cref="ICallGrain.ChangeConversation"/>).</summary>
[GenerateSerializer, Immutable, Alias("ConversationChange")]
public abstract record ConversationChange;

/// <summary>The caller goes elsewhere without being announced, as by an agent's REFER. <see cref="CallView.Transfer"/> tells how it goes.</summary>
/// <param name="To">A destination that has been looked at: it is configured, or allowed by Outbound:Allow.</param>
[GenerateSerializer, Immutable, Alias("TransferCaller")]
public sealed record TransferCaller([property: Id(0)] string To) : ConversationChange;

/// <summary>The caller hears music, the agent's phone is told to be silent (RFC 3264 8.4). One who is held stays so.</summary>
[GenerateSerializer, Immutable, Alias("HoldCaller")]
public sealed record HoldCaller : ConversationChange;

/// <summary>The two talk on. Nothing when nobody is held.</summary>
[GenerateSerializer, Immutable, Alias("ResumeCaller")]
public sealed record ResumeCaller : ConversationChange;

/// <summary>What became of a <see cref="ConversationChange"/>.</summary>
/// <param name="Status">Whether it is done.</param>
/// <param name="Call">The call as it is then; null when it is not known.</param>
[GenerateSerializer, Immutable, Alias("ConversationChangeResult")]
public sealed record ConversationChangeResult([property: Id(0)] ConversationChangeStatus Status, [property: Id(1)] CallView? Call);

/// <summary>Outcomes of a <see cref="ConversationChange"/>.</summary>
public enum ConversationChangeStatus
{
    /// <summary>It is done, or has begun.</summary>
    Accepted,

    /// <summary>No such call is going on, or it is not with the agent who asks.</summary>
    UnknownCall,

    /// <summary>The caller talks with no agent whom they were led to.</summary>
    NotWithAgent,

    /// <summary>Another transfer is under way.</summary>
    TransferUnderWay,

    /// <summary>The destination is the agent who has the caller, or nobody whom the silo knows.</summary>
    NobodyThere,
}
