using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Callbacks;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Closures;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Tickets;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Tickets;

namespace CallCluster.Grains.Machines;

/// <summary>
/// What a machine wants done, in order, collected while it handles one message. The host (or the simulator) carries them out after the turn:
/// a state that is to be stored is handed to the store before anything is sent.
/// </summary>
public sealed class Effects
{
    private readonly List<Effect> _list = [];

    public IReadOnlyList<Effect> List => _list;

    /// <summary>The state changed and is to be stored.</summary>
    public bool MustPersist { get; private set; }

    /// <summary>Nothing is left to remember: clear the stored state, and deactivate once nothing is due (PROTOCOL rule 23). Nothing is stored after it.</summary>
    public bool MustClear { get; private set; }

    public void Persist() => MustPersist = true;

    public void Clear() => MustClear = true;

    public void ToCall(string callId, CallMessage message) => _list.Add(new Effect(EffectKind.ToCall, callId, message));

    public void ToQueue(string queue, QueueMessage message) => _list.Add(new Effect(EffectKind.ToQueue, queue, message));

    public void ToAgent(string agentId, AgentMessage message) => _list.Add(new Effect(EffectKind.ToAgent, agentId, message));

    public void ToTrunk(string trunk, TrunkMessage message) => _list.Add(new Effect(EffectKind.ToTrunk, trunk, message));

    public void ToEdge(string edgeId, EdgeMessage message) => _list.Add(new Effect(EffectKind.ToEdge, edgeId, message));

    public void ToTicket(string ticketId, TicketMessage message) => _list.Add(new Effect(EffectKind.ToTicket, ticketId, message));

    /// <summary>Ask which edges there are; only the call's machine uses it.</summary>
    public void FindEdges(string callId) => _list.Add(new Effect(EffectKind.FindEdges, callId, null));

    /// <summary>Hand a call that begins at our side to the edge; only the edge's machine uses it.</summary>
    public void BeginAtEdge(BeginCall begin) => _list.Add(new Effect(EffectKind.BeginAtEdge, begin.CallId, begin));

    public void ToClosure(string queue, ClosureMessage message) => _list.Add(new Effect(EffectKind.ToClosure, queue, message));

    public void ToCallbacks(string queue, CallbacksMessage message) => _list.Add(new Effect(EffectKind.ToCallbacks, queue, message));

    /// <summary>Commands to the edge that carries the call; only the call's machine uses it.</summary>
    public void Command(CallCommands commands) => _list.Add(new Effect(EffectKind.Command, commands.CallId, commands));

    /// <summary>Probe the edge directly; only the edge's machine uses it.</summary>
    public void ProbeEdge(string edgeId) => _list.Add(new Effect(EffectKind.ProbeEdge, edgeId, null));

    /// <summary>Write the call detail record; the host tells the machine when it is written.</summary>
    public void Publish(CallRecord record) => _list.Add(new Effect(EffectKind.Publish, record.Id, record));

    /// <summary>Tell the outside of a change of a ticket; the host tells the machine when the silo's outbox has it. Only the ticket's machine uses it.</summary>
    public void Announce(TicketNews news) => _list.Add(new Effect(EffectKind.Announce, news.Id, news));

    public void Reset()
    {
        _list.Clear();
        MustPersist = MustClear = false;
    }
}

/// <summary>One effect: what, to whom, with what.</summary>
public readonly record struct Effect(EffectKind Kind, string Key, object? Payload);

/// <summary>The kinds of effect.</summary>
public enum EffectKind { ToCall, ToQueue, ToAgent, ToTrunk, ToEdge, ToTicket, ToClosure, ToCallbacks, FindEdges, BeginAtEdge, Command, ProbeEdge, Publish, Announce }
