using System.Diagnostics.CodeAnalysis;
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Callbacks;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Closures;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Tickets;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Agents;
using CallCluster.Grains.Callbacks;
using CallCluster.Grains.Calls;
using CallCluster.Grains.Closures;
using CallCluster.Grains.Edges;
using CallCluster.Grains.Machines;
using CallCluster.Grains.Queues;
using CallCluster.Grains.Tickets;
using CallCluster.Grains.Trunks;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>All activations of the cluster, on three silos that may crash.</summary>
internal sealed class SimulatedGrains(Simulator simulator)
{
    private const int Silos = 3;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(9);
    private readonly Dictionary<string, SimulatedGrain> _active = [];
    private readonly Dictionary<string, List<SimulatedGrain>> _byKind = [];
    private readonly Dictionary<string, DateTimeOffset> _unreachableUntil = [];
    private readonly Dictionary<string, string> _edgeOf = [];
    private readonly HashSet<string> _gone = [];

    /// <summary>Grains that crashed knowing what the store did not: what they promised may be broken by the next activation.</summary>
    public HashSet<string> LostState { get; } = [];

    /// <summary>Grains that were active when their silo crashed.</summary>
    public HashSet<string> CrashedGrains { get; } = [];

    /// <summary>A crash has happened.</summary>
    public bool Crashed { get; private set; }

    public IEnumerable<(string Id, CallMachine Machine)> Calls => Machines<CallMessage>("call").Select(grain => (grain.Key, (CallMachine)grain.Machine));

    public IEnumerable<(string Id, AgentMachine Machine)> Agents => Machines<AgentMessage>("agent").Select(grain => (grain.Key, (AgentMachine)grain.Machine));

    public IEnumerable<(string Id, QueueMachine Machine)> Queues => Machines<QueueMessage>("queue").Select(grain => (grain.Key, (QueueMachine)grain.Machine));

    public IEnumerable<(string Id, TrunkMachine Machine)> Trunks => Machines<TrunkMessage>("trunk").Select(grain => (grain.Key, (TrunkMachine)grain.Machine));

    public IEnumerable<(string Id, TicketMachine Machine)> Tickets => Machines<TicketMessage>("ticket").Select(grain => (grain.Key, (TicketMachine)grain.Machine));

    /// <summary>A one-way message arrives.</summary>
    public void Post(string kind, string key, object message)
    {
        if (!Reach(kind, key, out var grain, known: true)) return;
        if (grain is SimulatedGrain<CallMessage> { Blind: true, Machine: CallMachine { State: null } })
        {
            grain.Alive = false;
            Forget(grain);
            return;
        }

        if (grain is SimulatedClosure closure) grain = ReadAgain(closure);

        if (grain is SimulatedCallbacks { Blind: true })
        {
            Forget(grain);
            return;
        }

        grain.Take(Misheard(message));
        grain.EndTurn();
    }

    /// <summary>Planted bugs of queues that show in what they make of a message.</summary>
    private object Misheard(object message)
    {
        switch (simulator.Plant, message)
        {
            case (Plant.QueueForgetsWhoLeft, Leave leave):
                _gone.Add(leave.CallId);
                return message;
            case (Plant.QueueForgetsWhoLeft, Enqueue enqueue) when _gone.Contains(enqueue.CallId): return enqueue with { Version = long.MaxValue - 1 };
            case (Plant.LogoutsUnheard, AgentChanged { LoggedIn: false } changed): return changed with { LoggedIn = true };
            case (Plant.ToldPositionForgotten, WaitTold told):
                foreach (var (_, call) in Calls)
                    if (call.State is { } state) state.ToldPosition = null;
                return told;
            case (Plant.LastComeFirst, Enqueue enqueue): return enqueue with { Place = -enqueue.Place };
            default: return message;
        }
    }

    /// <summary>An edge's batch arrives; false when the turn failed and nothing was acknowledged.</summary>
    public bool Deliver(string callId, EdgeEvents batch)
    {
        // New calls are not read (PROTOCOL rule 18).
        var known = batch is not { FirstSequence: 1, Incarnation: 0, Events: [CallOffered, ..] };
        if (!Reach("call", callId, out var grain, known)) return false;
        if (batch.Events is [CallOffered, ..]) simulator.Invariants.OnReached(callId);
        var call = (CallMachine)((SimulatedGrain<CallMessage>)grain).Machine;
        if (call.State is { } carried && batch.EdgeId != carried.EdgeId && batch.Epoch <= carried.Epoch)
        {
            if (batch.FirstSequence != 0) Refuse(callId, batch);
            grain.EndTurn();
            return true;
        }

        if (batch.FirstSequence != 0 && batch.Epoch >= (call.State?.Epoch ?? 0)) _edgeOf[callId] = batch.EdgeId;
        call.Deliver(batch, simulator.Now, grain.Effects);
        if (call.Superseded)
        {
            grain.Effects.Reset();
            grain.Alive = false;
            Forget(grain);
            return false;
        }

        if (grain.EndTurn()) return true;
        return Reach("call", callId, out _, known: true) && Deliver(callId, batch);
    }

    /// <summary>An edge that the call has left is told to forget it.</summary>
    private void Refuse(string callId, EdgeEvents batch)
    {
        var forget = new CallCommands(callId, batch.Epoch, batch.Incarnation + 1, [new ForgetCall { Id = 1 }]);
        simulator.Send(batch.EdgeId, forget, () => Edge(batch.EdgeId)?.Execute(forget));
    }

    /// <summary>The API begins a call from our side; nothing when its request reaches no silo.</summary>
    public void Place(string callId, CallOffer offer)
    {
        if (!Reach("call", callId, out _, known: false)) return;
        simulator.Invariants.OnPlaced(callId);
        Ask(callId, (call, effects) => call.Place(offer, simulator.Now, effects));
    }

    /// <summary>The API ends a call.</summary>
    public void HangUp(string callId) => Ask(callId, (call, effects) =>
    {
        if (call.HangUp(simulator.Now, effects)) simulator.Note($"{callId} is hung up by the API", null);
    });

    /// <summary>The API asks a call for a supervisor, or, by a mode that is none, for the supervision's end.</summary>
    public void Supervise(string callId, string supervisor, SupervisionMode mode)
    {
        Ask(callId, (call, effects) =>
        {
            var status = Enum.IsDefined(mode) ? call.Supervise(supervisor, mode, simulator.Now, effects) : call.EndSupervision(simulator.Now, effects);
            simulator.Note($"{supervisor} would supervise {callId} by {mode}: {status}", null);
        });
    }

    /// <summary>A supervisor does something about a caller who may wait in the queue.</summary>
    public void ChangeWaiting(string callId, string queue, WaitingChange change) => Ask(callId, (call, effects) =>
        simulator.Note($"{callId} in {queue} shall {change}: {call.ChangeWaiting(queue, change, simulator.Now, effects)}", null));

    /// <summary>A silo has the callbacks of a queue woken.</summary>
    public void WakeCallbacks(string queue) => Send("callbacks", new Effect(EffectKind.ToCallbacks, queue, new AssertCallbacks()));

    /// <summary>An agent, or a supervisor for them, does something in a conversation.</summary>
    public void ChangeConversation(string callId, ConversationChange change) => Ask(callId, (call, effects) =>
        simulator.Note($"{callId} shall {change}: {call.ChangeConversation(null, change, simulator.Now, effects)}", null));

    /// <summary>The edge of another call asks a call to keep an agent's leg.</summary>
    public void KeepLeg(string callId, int leg, string agent) => Ask(callId, (call, effects) => call.KeepLeg(leg, agent, keep: true, simulator.Now, effects));

    private void Ask(string callId, Action<CallMachine, Effects> ask)
    {
        if (!Reach("call", callId, out var grain, known: true)) return;
        var call = (CallMachine)((SimulatedGrain<CallMessage>)grain).Machine;
        ask(call, grain.Effects);
        grain.EndTurn();
        if (call is not { State: null, NextDue: null }) return;
        grain.Alive = false;
        Forget(grain);
    }

    public void CarryOut(SimulatedGrain sender, Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.ToCall: Send("call", effect); break;
            case EffectKind.ToQueue: Send("queue", effect); break;
            case EffectKind.ToAgent: Send("agent", effect); break;
            case EffectKind.ToTrunk: Send("trunk", effect); break;
            case EffectKind.ToEdge: Send("edge", effect); break;
            case EffectKind.ToTicket: Send("ticket", effect); break;
            case EffectKind.FindEdges: simulator.Send("directory", null, () => Tell(effect.Key, new EdgesListed([.. simulator.Edges.Select(edge => edge.Id)]))); break;
            case EffectKind.BeginAtEdge: simulator.Send(sender.Key, effect.Payload, () => Edge(sender.Key)?.BeginPlaced((BeginCall)effect.Payload!)); break;
            case EffectKind.ToCallbacks: Send("callbacks", effect); break;
            case EffectKind.ToClosure: Send("closure", effect); break;
            case EffectKind.ProbeEdge: simulator.Send("probe of " + effect.Key, null, () => Edge(effect.Key)?.Heartbeat(full: true)); break;
            case EffectKind.Command when _edgeOf.TryGetValue(sender.Key, out var edge):
                simulator.Invariants.OnCommanded((CallMachine)((SimulatedGrain<CallMessage>)sender).Machine, (CallCommands)effect.Payload!);
                simulator.Send(edge, effect.Payload, () => Edge(edge)?.Execute((CallCommands)effect.Payload!));
                break;
            case EffectKind.Publish: Publish(sender, (CallRecord)effect.Payload!); break;
            case EffectKind.Announce: Announce(sender, (TicketNews)effect.Payload!); break;
        }
    }

    private void Tell(string callId, CallMessage message) => simulator.Send("call/" + callId, message, () => Post("call", callId, message));

    public void Forget(SimulatedGrain grain)
    {
        if (_active.GetValueOrDefault(grain.Name) == grain) Remove(grain);
    }

    /// <summary>One silo dies with all its activations; what is sent to them is lost until the cluster has noticed.</summary>
    public void CrashSilo()
    {
        var silo = simulator.Random.Next(Silos);
        var noticed = simulator.Now + simulator.Between(0.3, 3);
        simulator.Note($"silo {silo} crashes", null);
        Crashed = true;
        foreach (var grain in _active.Values.Where(grain => grain.Silo == silo).ToList())
        {
            grain.Alive = false;
            Remove(grain);
            _unreachableUntil[grain.Name] = noticed;
            CrashedGrains.Add(grain.Name);
            if (grain.Dirty || IsUnstoredCall(grain)) LostState.Add(grain.Name);
        }
    }

    /// <summary>Nothing of it was worth storing yet: its edge alone knows it.</summary>
    private bool IsUnstoredCall(SimulatedGrain grain) => grain is SimulatedGrain<CallMessage> { Machine: CallMachine { State: not null } } && !simulator.Store.Holds(grain.Name);

    public void ChangePresence(string agent)
    {
        var presence = simulator.Random.Next(3) switch { 0 => Presence.Away, 1 => Presence.Offline, _ => Presence.Available };
        simulator.Note($"{agent} becomes {presence}", null);
        Become(presence, agent);
    }

    public void Become(Presence presence, string agent)
    {
        if (!Reach("agent", agent, out var grain, known: true)) return;
        ((AgentMachine)((SimulatedGrain<AgentMessage>)grain).Machine).SetPresence(presence, null, simulator.Now, grain.Effects);
        grain.EndTurn();
    }

    /// <summary>Somebody closes a queue by hand, or opens it again.</summary>
    public void Close(string queue, bool closed)
    {
        if (!Reach("closure", queue, out var grain, known: true)) return;
        grain = ReadAgain((SimulatedClosure)grain);
        simulator.Note($"{queue} is {(closed ? "closed" : "opened")} by hand", null);
        ((ClosureMachine)((SimulatedGrain<ClosureMessage>)grain).Machine).Set(closed, closed ? "fire" : null, simulator.Now, grain.Effects);
        if (grain.EndTurn()) simulator.Invariants.OnClosed(queue, closed);
        else Close(queue, closed);
    }

    /// <summary>What could not be read is read again, and what was set meanwhile is kept, as ClosureGrain does.</summary>
    public SimulatedClosure ReadAgain(SimulatedClosure closure)
    {
        if (!closure.Blind) return closure;
        closure.Alive = false;
        Forget(closure);
        var again = (SimulatedClosure)Activate("closure", closure.Key, simulator.Store.Fails);
        again.Blind = simulator.Store.Fails;
        Add(again);
        ((ClosureMachine)again.Machine).Keep(((ClosureMachine)closure.Machine).State, again.Effects);
        again.EndTurn();
        return again;
    }

    public void Heartbeat(string edgeId, EdgeHeartbeat heartbeat) => Post("edge", edgeId, heartbeat);

    private SimulatedEdge? Edge(string id) => simulator.Edges.Find(edge => edge.Id == id);

    private void Send(string kind, Effect effect)
    {
        simulator.Invariants.OnSent(kind, effect.Key, effect.Payload!);
        simulator.Send(kind + "/" + effect.Key, effect.Payload, () => Post(kind, effect.Key, effect.Payload!));
    }

    private void Publish(SimulatedGrain sender, CallRecord record) => simulator.After(simulator.Between(0.001, 0.1), () =>
    {
        if (simulator.Store.Fails)
        {
            Publish(sender, record);
            return;
        }

        simulator.Records.Add(record);
        if (!sender.Alive) return;
        ((CallMachine)((SimulatedGrain<CallMessage>)sender).Machine).OnRecordWritten(simulator.Now, sender.Effects);
        sender.EndTurn();
    });

    /// <summary>The silo's outbox takes it over, or its disk is as full as the store is away; that it has may be lost on the way to the ticket.</summary>
    private void Announce(SimulatedGrain sender, TicketNews news) => simulator.After(simulator.Between(0.001, 0.1), () =>
    {
        if (simulator.Store.Fails) return;
        simulator.Announced.Add(news.Id);
        simulator.Send(sender.Name, news, () => Post("ticket", sender.Key, new TicketAnnounced(news.Id)));
    });

    /// <summary>The activation that a message reaches, made when there is none; false when it cannot be reached now.</summary>
    private bool Reach(string kind, string key, [NotNullWhen(true)] out SimulatedGrain? grain, bool known)
    {
        var name = kind + "/" + key;
        if (_active.TryGetValue(name, out grain)) return true;
        if (_unreachableUntil.TryGetValue(name, out var until) && until > simulator.Now) return false;
        var blind = !known || simulator.Store.Fails;
        grain = Activate(kind, key, blind);
        grain.Blind = blind;
        Add(grain);
        if (grain is SimulatedGrain<QueueMessage> queue) ((QueueMachine)queue.Machine).Load(simulator.Now, grain.Effects);
        if (grain is SimulatedGrain<AgentMessage> agent) ((AgentMachine)agent.Machine).Announce(simulator.Now, grain.Effects);
        if (grain.Effects.List.Count > 0) grain.EndTurn();
        return true;
    }

    private SimulatedGrain Activate(string kind, string key, bool blind)
    {
        var (now, routing) = (simulator.Now, simulator.Routing);
        var silo = simulator.Random.Next(Silos);
        switch (kind)
        {
            case "call":
                var call = new CallMachine(key, blind ? null : simulator.Store.Read<StoredCall>("call/" + key), routing, now);
                return new StoredGrain<CallMessage, StoredCall>(simulator, kind, key, silo, call, () => call.State);
            case "agent":
                var agent = new AgentMachine(key, blind ? null : simulator.Store.Read<AgentState>("agent/" + key), simulator.AgentRouting, now, known: !blind);
                return new StoredGrain<AgentMessage, AgentState>(simulator, kind, key, silo, agent, () => agent.State);
            case "ticket":
                var ticket = new TicketMachine(blind ? null : simulator.Store.Read<TicketState>("ticket/" + key));
                return new SimulatedTicket(simulator, key, silo, ticket);
            case "closure":
                return new SimulatedClosure(simulator, key, silo, new ClosureMachine(key, blind ? null : simulator.Store.Read<ClosureState>("closure/" + key), blind ? now.AddSeconds(1) : null));
            case "callbacks":
                var callbacks = new CallbacksMachine(key, blind ? null : simulator.Store.Read<CallbacksState>("callbacks/" + key));
                return new SimulatedCallbacks(simulator, key, silo, callbacks);
            case "queue": return new SimulatedGrain<QueueMessage>(simulator, kind, key, silo, new QueueMachine(key, simulator.QueueRouting, now));
            case "trunk": return new SimulatedGrain<TrunkMessage>(simulator, kind, key, silo, new TrunkMachine(key, routing));
            case "edge": return new SimulatedGrain<EdgeMessage>(simulator, kind, key, silo, new EdgeMachine(key, Lease, now));
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }

    // Invariants ask after each step, and most activations are of calls: looked for in all of them, they would take most of the time.
    private IEnumerable<SimulatedGrain<T>> Machines<T>(string kind)
    {
        if (!_byKind.TryGetValue(kind, out var grains)) yield break;
        foreach (var grain in grains) yield return (SimulatedGrain<T>)grain;
    }

    private void Add(SimulatedGrain grain)
    {
        _active[grain.Name] = grain;
        if (!_byKind.TryGetValue(grain.Kind, out var grains)) _byKind.Add(grain.Kind, grains = []);
        grains.Add(grain);
    }

    private void Remove(SimulatedGrain grain)
    {
        _active.Remove(grain.Name);
        _byKind[grain.Kind].Remove(grain);
    }

    /// <summary>A callback is confirmed only when the store has it.</summary>
    private sealed class SimulatedCallbacks(Simulator simulator, string key, int silo, CallbacksMachine callbacks)
        : StoredGrain<CallbacksMessage, CallbacksState>(simulator, "callbacks", key, silo, callbacks, () => callbacks.State)
    {
        public override void Take(object message)
        {
            base.Take(message);
            if (!Effects.MustPersist && Dirty) Effects.Reset();
        }

        protected override bool Save()
        {
            if (!base.Save()) return false;
            if (Dirty) Effects.Reset();
            return true;
        }
    }

    /// <summary>A ticket is confirmed only when the store has it.</summary>
    private sealed class SimulatedTicket(Simulator simulator, string key, int silo, TicketMachine ticket)
        : StoredGrain<TicketMessage, TicketState>(simulator, "ticket", key, silo, ticket, () => ticket.State)
    {
        protected override bool Save()
        {
            if (!base.Save()) return false;
            if (Dirty) Effects.Reset();
            return true;
        }
    }
}
