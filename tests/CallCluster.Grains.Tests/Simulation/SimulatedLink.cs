using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>How one call's edge and grain talk: events are numbered and sent again until acknowledged, commands are executed once and in order (PROTOCOL rule 4).</summary>
internal sealed class SimulatedLink(Simulator simulator, string edgeId, string callId, int epoch, Action<CallCommand> execute, Action attachAgain)
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(2.5);
    private readonly List<CallEvent> _events = [];
    private long _firstSequence = 1;
    private int _underWay;
    private long _incarnation;
    private long _lastCommand;
    private long _toldCommand;
    private int _delivery;
    private bool _ackDue;

    /// <summary>Nothing is said or heard any more.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The grain has said something.</summary>
    public bool IsHeard => _incarnation > 0;

    public void Cut() => IsCut = true;

    public void Execute(CallCommands batch)
    {
        if (IsCut || batch.Incarnation < _incarnation) return;
        if (batch.Incarnation > _incarnation)
        {
            var again = _incarnation > 0 || batch.KnowsNothing;
            (_incarnation, _lastCommand, _toldCommand) = (batch.Incarnation, 0, 0);
            if (again) attachAgain();
        }

        foreach (var command in batch.Commands)
        {
            // Repeated commands mean that the acknowledgement was lost.
            if (command.Id <= _lastCommand) _toldCommand = -1;
            if (command.Id != _lastCommand + 1) continue;
            _lastCommand++;
            execute(command);
        }

        if (_ackDue) return;
        _ackDue = true;
        simulator.After(simulator.Between(0.05, 0.2), () =>
        {
            _ackDue = false;
            if (!IsCut && _underWay == 0 && _lastCommand != _toldCommand) Deliver();
        });
    }

    public void Tell(params CallEvent[] events)
    {
        if (IsCut) return;
        _events.AddRange(events);
        if (_underWay == 0) Deliver();
    }

    /// <summary>Acknowledges for the last time, as an edge that knows the call no more.</summary>
    public void SayFarewell()
    {
        Deliver();
        Cut();
    }

    /// <summary>Sends what is not acknowledged; again until it is. One batch is under way at a time, or an empty one that only acknowledges.</summary>
    private void Deliver()
    {
        var delivery = ++_delivery;
        var count = _events.Count;
        _underWay = count;
        _toldCommand = _lastCommand;
        var batch = new EdgeEvents
        {
            EdgeId = edgeId,
            Observer = null!,
            Epoch = epoch,
            FirstSequence = _firstSequence,
            Events = [.. _events],
            Incarnation = _incarnation,
            LastCommand = _lastCommand,
        };
        simulator.Send("call/" + callId, batch, () =>
        {
            if (simulator.Grains.Deliver(callId, batch)) simulator.Send("ack of " + callId, null, () => Acknowledged(delivery, count));
        });
        if (count > 0) simulator.After(ResponseTimeout, () => Retry(delivery));
    }

    private void Acknowledged(int delivery, int count)
    {
        if (IsCut || delivery != _delivery || count == 0) return;
        _delivery++;
        _firstSequence += count;
        _events.RemoveRange(0, count);
        _underWay = 0;
        if (_events.Count > 0 || _lastCommand != _toldCommand) Deliver();
    }

    private void Retry(int delivery)
    {
        if (!IsCut && delivery == _delivery && _underWay > 0) Deliver();
    }
}
