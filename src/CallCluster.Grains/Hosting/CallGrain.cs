using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Grains.Calls;
using CallCluster.Grains.Machines;
using Microsoft.Extensions.Logging;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="CallMachine"/>.</summary>
public sealed partial class CallGrain(GrainServices services) : StoredMachineGrain<CallMachine, CallMessage, StoredCall>(services, "call"), ICallGrain
{
    private IEdgeObserver? _edge;
    private int _edgeEpoch;

    public Task Deliver(EdgeEvents events)
    {
        if (events.Epoch >= _edgeEpoch)
        {
            _edgeEpoch = events.Epoch;
            _edge = events.Observer;
        }

        if (Machine is null)
        {
            // A new call is not in the store: no read (PROTOCOL rule 18).
            if (Loading || events is not { FirstSequence: 1, Incarnation: 0, Events: [CallOffered, ..] }) return LoadAndDeliver(events);
            Begin();
        }

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

    protected override CallMachine Create(StoredCall? stored) => new(Key, stored, Services.Routing, Now);

    protected override StoredCall? StateOf(CallMachine machine) => machine.State;

    protected override Task EndTurn()
    {
        if (Machine is not { Superseded: true }) return base.EndTurn();

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
        else if (effect.Kind == EffectKind.Publish)
        {
            _ = Publish((CallRecord)effect.Payload!);
        }
        else
        {
            base.SendOwn(effect);
        }
    }

    private async Task LoadAndDeliver(EdgeEvents events)
    {
        await EnsureLoaded();
        Machine!.Deliver(events, Now, Effects);
        await EndTurn();
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
        }
        catch (OperationCanceledException)
        {
            // The silo stops with the record unwritten: the next activation publishes it.
            return;
        }

        _ = Services.Calls[Key].Post(new RecordWritten());
    }

    [LoggerMessage(LogLevel.Information, "Call {CallId} is driven by another activation, as after a network split; this one ends.")]
    private static partial void LogSuperseded(ILogger logger, string callId);
}
