using System.Threading.Channels;
using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;

namespace CallCluster.Grains.Tests.Hosting;

/// <summary>The edge's side of one call: executes commands at once, tells what comes of them, acknowledges.</summary>
internal sealed class LiveCall : IEdgeObserver
{
    private readonly Channel<CallEvent?> _events = Channel.CreateUnbounded<CallEvent?>();
    private readonly Channel<CallCommand> _executed = Channel.CreateUnbounded<CallCommand>();
    private readonly string _id;
    private readonly string _edgeId;
    private readonly IClusterClient _client;
    private long _incarnation;
    private long _lastCommand;
    private bool _forgotten;

    public LiveCall(string id, IClusterClient client, string edgeId = "e1")
    {
        (_id, _client, _edgeId) = (id, client, edgeId);
        Observer = client.CreateObjectReference<IEdgeObserver>(this);
    }

    public IEdgeObserver Observer { get; }

    public Task Offer(string destination)
    {
        _ = Deliver();
        Tell(new CallOffered(new CallOffer
        {
            Trunk = "carrier",
            Caller = "+15550111",
            Dialled = "+15550100",
            Destination = destination,
            ReceivedAt = DateTimeOffset.UtcNow,
            SipCallId = "sip-" + _id,
        }));
        return Task.CompletedTask;
    }

    public void Tell(CallEvent happened) => _events.Writer.TryWrite(happened);

    public async Task<T> Until<T>()
        where T : CallCommand
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (await _executed.Reader.ReadAsync(patience.Token) is T command) return command;
        }
    }

    public Task Begin(BeginCall begin) => Task.CompletedTask;

    public Task Probe() => Task.CompletedTask;

    public Task BoxChanged(BoxSummary summary) => Task.CompletedTask;

    public Task Execute(CallCommands commands)
    {
        lock (_events)
        {
            if (_forgotten || commands.Incarnation < _incarnation) return Task.CompletedTask;
            if (commands.Incarnation > _incarnation) (_incarnation, _lastCommand) = (commands.Incarnation, 0);
            foreach (var command in commands.Commands)
            {
                if (command.Id != _lastCommand + 1) continue;
                _lastCommand++;
                Answer(command);
                _executed.Writer.TryWrite(command);
            }
        }

        _events.Writer.TryWrite(null);
        return Task.CompletedTask;
    }

    private void Answer(CallCommand command)
    {
        switch (command)
        {
            case Originate originate:
                Tell(new LegRinging(originate.Leg));
                Tell(new LegAnswered(originate.Leg));
                break;
            case Play { Loop: false } play: Tell(new PlaybackFinished(play.Leg, play.PlayId, false)); break;
            case PrepareRecording prepare: Tell(new RecordingPrepared(0, prepare.RecordingId)); break;
            case StartRecording start: Tell(new RecordingFinished(0, start.RecordingId, TimeSpan.FromSeconds(3), "message.wav", null)); break;
            case AnswerCaller: Tell(new LegAnswered(0)); break;
            case HangUp hangUp: Tell(new LegEnded(hangUp.Leg, LegEndCause.LocalHangup, null, null)); break;
            case RejectCaller: Tell(new LegEnded(0, LegEndCause.LocalHangup, null, null)); break;
            case ForgetCall: _forgotten = true; break;
        }
    }

    private async Task Deliver()
    {
        var sequence = 1L;
        var events = new List<CallEvent>();
        while (await _events.Reader.WaitToReadAsync())
        {
            events.Clear();
            while (_events.Reader.TryRead(out var happened))
            {
                if (happened is not null) events.Add(happened);
            }

            EdgeEvents batch;
            lock (_events)
            {
                batch = new EdgeEvents
                {
                    EdgeId = _edgeId,
                    Observer = Observer,
                    Epoch = 1,
                    FirstSequence = sequence,
                    Events = [.. events],
                    Incarnation = _incarnation,
                    LastCommand = _lastCommand,
                };
            }

            await _client.GetGrain<ICallGrain>(_id).Deliver(batch);
            sequence += events.Count;
        }
    }
}
