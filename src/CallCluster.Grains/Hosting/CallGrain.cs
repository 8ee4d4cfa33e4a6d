using System.Text.Json;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Events;
using CallCluster.Grains.Calls;
using CallCluster.Grains.Machines;
using CallCluster.Grains.Records;
using Microsoft.Extensions.Logging;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="CallMachine"/>.</summary>
public sealed partial class CallGrain(GrainServices services) : StoredMachineGrain<CallMachine, CallMessage, StoredCall>(services, "call"), ICallGrain
{
    private IEdgeObserver? _edge;
    private string? _edgeId;
    private int _edgeEpoch;
    private (CallPhase, string? Queue, string? Agent, bool Held, bool Transfers) _told;

    public Task Deliver(EdgeEvents events)
    {
        if (Machine is null)
        {
            // A new call is not in the store: no read (PROTOCOL rule 18).
            if (Loading || events is not { FirstSequence: 1, Incarnation: 0, Events: [CallOffered, ..] }) return LoadAndDeliver(events);
            Begin();
        }

        if (!Hear(events)) return Task.CompletedTask;
        Machine!.Deliver(events, Now, Effects);
        var turn = EndTurn();
        return turn.IsCompletedSuccessfully && !Conflicted ? turn : Finish(turn, events);
    }

    public Task Post(CallMessage message)
    {
        if (Machine is null) return LoadAndPost(message);
        if (message is not RecordWritten) return Handle(message);
        Machine.OnRecordWritten(Now, Effects);
        return EndTurn();
    }

    public async Task<CallView?> View()
    {
        await EnsureLoaded();
        var view = Machine?.View();
        if (view is null && Machine?.NextDue is null) DeactivateOnIdle();
        return view;
    }

    public Task<SuperviseResult> Supervise(string supervisor, SupervisionMode mode) => Ask(machine => machine.Supervise(supervisor, mode, Now, Effects), static (status, call) => new SuperviseResult(status, call));

    public Task<SuperviseResult> EndSupervision() => Ask(machine => machine.EndSupervision(Now, Effects), static (status, call) => new SuperviseResult(status, call));

    public Task<WaitingChangeResult> ChangeWaiting(string queue, WaitingChange change) =>
        Ask(machine => machine.ChangeWaiting(queue, change, Now, Effects), static (status, call) => new WaitingChangeResult(status, call));

    public Task<ConversationChangeResult> ChangeConversation(string? agent, ConversationChange change) =>
        Ask(machine => machine.ChangeConversation(agent, change, Now, Effects), static (status, call) => new ConversationChangeResult(status, call));

    public async Task<CallView> Place(CallOffer offer)
    {
        await EnsureLoaded();
        var view = Machine!.Place(offer, Now, Effects);
        await EndTurn();
        return view;
    }

    public async Task<bool> HangUp()
    {
        await EnsureLoaded();
        var isHungUp = Machine!.HangUp(Now, Effects);
        await EndTurn();
        if (Machine is { State: null, NextDue: null }) DeactivateOnIdle();
        return isHungUp;
    }

    public async Task<bool> KeepLeg(int leg, string agent, bool keep)
    {
        await EnsureLoaded();
        if (Blind && Machine is { State: null })
        {
            // The call may well be there.
            Unload();
            return keep;
        }

        var isUnderWay = Machine!.KeepLeg(leg, agent, keep, Now, Effects);
        await EndTurn();
        if (Machine is { State: null, NextDue: null }) DeactivateOnIdle();
        return isUnderWay;
    }

    private async Task<TResult> Ask<TStatus, TResult>(Func<CallMachine, TStatus> ask, Func<TStatus, CallView?, TResult> answer)
    {
        await EnsureLoaded();
        var status = ask(Machine!);
        var call = Machine!.View();
        await EndTurn();
        if (call is null && Machine?.NextDue is null) DeactivateOnIdle();
        return answer(status, call);
    }

    protected override CallMachine Create(StoredCall? stored) => new(Key, stored, Services.Routing, Now);

    protected override StoredCall? StateOf(CallMachine machine) => machine.State;

    protected override Task EndTurn()
    {
        if (Machine is not { Superseded: true })
        {
            TellChange();
            return base.EndTurn();
        }

        // The edge takes its commands from another activation: this one must say and store nothing more. Failing the turn withholds the acknowledgement.
        Effects.Reset();
        DeactivateOnIdle();
        LogSuperseded(Services.Logger, Key);
        return Task.FromException(new InvalidOperationException($"Call {Key} is driven by another activation; deliver again."));
    }

    protected override void SendOwn(in Effect effect)
    {
        if (effect.Kind == EffectKind.Command)
        {
            // Without an observer the edge has not been heard of yet: the machine sends its commands again when it has.
            _ = _edge?.Execute((CallCommands)effect.Payload!);
        }
        else if (effect.Kind == EffectKind.FindEdges)
        {
            _ = Services.Grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Edges).TellCall(Key);
        }
        else if (effect.Kind == EffectKind.Publish)
        {
            _ = Publish((CallRecord)effect.Payload!);
        }
        else
        {
            base.SendOwn(effect);
        }
    }

    /// <summary>To whoever listens; the end is told with the record.</summary>
    private void TellChange()
    {
        if (!Services.Outbox.Wants(EventKind.CallChanged) || Machine?.State is not { } call) return;
        var now = (call.Phase, call.Queue, call.Agent?.AgentId, call.Agent?.Holds == true, call.Transfer is not null);
        if (now == _told) return;
        _told = now;
        if (Machine.View() is not { State: not CallState.Ended } view) return;
        var happened = new ClusterEvent($"{Key}/changed/{Now.UtcTicks}", EventKind.CallChanged, Key, Now, JsonSerializer.SerializeToUtf8Bytes(view, FactJson.Default.CallView)) { Agent = view.Agent };
        _ = Services.Outbox.Add(happened);
    }

    private async Task LoadAndDeliver(EdgeEvents events)
    {
        await EnsureLoaded();
        if (Hear(events)) Machine!.Deliver(events, Now, Effects);
        await EndTurn();
    }

    /// <summary>
    /// False for an edge that does not carry the call: a fork of the INVITE reached it (PROTOCOL rule 6). Its copy is refused as a merged request
    /// (RFC 3261 8.2.2.2) and changes nothing here.
    /// </summary>
    private bool Hear(EdgeEvents events)
    {
        var (carrier, epoch) = Machine!.State is { } call ? (call.EdgeId, call.Epoch) : (_edgeId, _edgeEpoch);
        var isUnknownThere = events.FirstSequence == 0;
        if (carrier is not null && events.EdgeId != carrier && events.Epoch <= epoch)
        {
            if (!isUnknownThere) RefuseCopy(events);
            return false;
        }

        if (!isUnknownThere && events.Epoch >= epoch) (_edge, _edgeId, _edgeEpoch) = (events.Observer, events.EdgeId, events.Epoch);
        return true;
    }

    private void RefuseCopy(EdgeEvents events)
    {
        LogCopyRefused(Services.Logger, Key, events.EdgeId);
        // Above any that the edge has seen, so that it begins ids anew.
        _ = events.Observer.Execute(new CallCommands(Key, events.Epoch, events.Incarnation + 1,
            [new RejectCaller(482, "Call Exists Already", null) { Id = 1 }, new ForgetCall { Id = 2 }]));
    }

    private async Task LoadAndPost(CallMessage message)
    {
        await EnsureLoaded();
        if (Blind && Machine is { State: null })
        {
            // Saying that the call is unknown would free an agent or a channel that it may hold: who asked asks again.
            Unload();
            return;
        }

        await Post(message);
    }

    private async Task Finish(Task turn, EdgeEvents events)
    {
        await turn;
        if (Conflicted) await LoadAndDeliver(events);
    }

    private async Task Publish(CallRecord record)
    {
        try
        {
            await Services.Records.Write(record);
            if (Services.Outbox.Wants(EventKind.CallEnded))
                await Services.Outbox.Add(new ClusterEvent($"{record.Id}/ended", EventKind.CallEnded, record.Id, record.EndedAt, JsonSerializer.SerializeToUtf8Bytes(record, FactJson.Default.CallRecord)) { Agent = record.Agent });
        }
        catch (OperationCanceledException)
        {
            // The silo stops with the record unwritten: the next activation publishes it.
            return;
        }

        _ = Services.Calls[Key].Post(new RecordWritten());
    }

    [LoggerMessage(LogLevel.Information, "Call {CallId}: edge {EdgeId} offers a copy that was forked on the way; it is refused with 482. If this repeats, check why the trunk sends a call to two edges.")]
    private static partial void LogCopyRefused(ILogger logger, string callId, string edgeId);

    [LoggerMessage(LogLevel.Information, "Call {CallId} is driven by another activation, as after a network split; this one ends.")]
    private static partial void LogSuperseded(ILogger logger, string callId);
}
