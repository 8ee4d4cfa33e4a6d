using Orleans.Concurrency;

namespace CallCluster.Contracts.Calls;

/// <summary>The call's one owner (key: call id, a keyed hash of the INVITE's Call-ID and From tag, PROTOCOL rule 6).</summary>
[Alias("CallCluster.Call")]
public interface ICallGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes the next events of an edge. The edge awaits it and sends the same batch again until it returns: the return is the
    /// acknowledgement (PROTOCOL rule 4). Commands come back by <see cref="Edges.IEdgeObserver"/>, never as a result.
    /// </summary>
    [Alias("Deliver")]
    Task Deliver(EdgeEvents events);

    /// <summary>One-way message of another grain (PROTOCOL rule 1).</summary>
    [OneWay, Alias("Post")]
    Task Post(CallMessage message);

    /// <summary>Asked by the API: brings a supervisor into the call, or changes the mode of the one who is in it. The phone is reached later: the view tells.</summary>
    /// <param name="supervisor">The agent who supervises.</param>
    /// <param name="mode">How.</param>
    [Alias("Supervise")]
    Task<SuperviseResult> Supervise(string supervisor, SupervisionMode mode);

    /// <summary>Asked by the API: takes the supervisor out; the others talk on.</summary>
    [Alias("EndSupervision")]
    Task<SuperviseResult> EndSupervision();

    /// <summary>Asked by the API: moves, picks or re-prioritises a caller who waits.</summary>
    /// <param name="queue">Where the caller waits; nothing happens when it is elsewhere by now.</param>
    /// <param name="change">What to do.</param>
    [Alias("ChangeWaiting")]
    Task<WaitingChangeResult> ChangeWaiting(string queue, WaitingChange change);

    /// <summary>Asked by the API: what an agent, or a supervisor for them, does in a conversation.</summary>
    /// <param name="agent">The agent who asks, who has to be in the call; null when it need not be any one.</param>
    /// <param name="change">What to do.</param>
    [Alias("ChangeConversation")]
    Task<ConversationChangeResult> ChangeConversation(string? agent, ConversationChange change);

    /// <summary>
    /// Asked by the edge of another call, before it accepts an agent's REFER that names a dialog of this one: has this call's edge keep the leg (<see cref="Calls.KeepLeg"/>). True until that edge
    /// has said that it does: it is to be asked again. False also when the agent is not on that leg.
    /// </summary>
    /// <param name="leg">The agent's leg here.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="keep">False when nobody will take the leg over after all.</param>
    [Alias("KeepLeg")]
    Task<bool> KeepLeg(int leg, string agent, bool keep);

    /// <summary>Asked by the API: begins a call from our side (<see cref="CallOffer.Placed"/>). The same again, while the call is known, changes nothing. Returns the call as it is then.</summary>
    [Alias("Place")]
    Task<CallView> Place(CallOffer offer);

    /// <summary>Asked by the API: ends the call, whatever it does. False when no such call is going on.</summary>
    [Alias("HangUp")]
    Task<bool> HangUp();

    /// <summary>What the API shows; null when no such call is known.</summary>
    [ReadOnly, AlwaysInterleave, Alias("View")]
    Task<CallView?> View();
}
