using CallCluster.Contracts.Calls;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Staffing;

/// <summary>The edge's side of one call, with its people: a caller of some patience, and phones that are picked up after a time. Nothing is lost, everything arrives at once.</summary>
internal sealed class StaffedCall(StaffedCentre centre, ExpectedCall expected)
{
    /// <summary>What a prompt, or a message on voicemail, takes: it occupies nobody.</summary>
    private static readonly TimeSpan PromptLength = TimeSpan.FromSeconds(5);

    private readonly HashSet<int> _ended = [];
    private readonly List<CallEvent> _answers = [];
    private long _sequence = 1;
    private long _incarnation;
    private long _lastCommand;
    private bool _talks;

    public ExpectedCall Expected { get; } = expected;

    public CallMachine Machine { get; } = new(expected.Id, null, centre.Routing, centre.Now);

    /// <summary>The queue in which the call is counted as offered.</summary>
    public string? CountedIn { get; set; }

    /// <summary>When the caller came to that queue, and how long the wait was to be by the queue's estimate; null when none was made.</summary>
    public (DateTimeOffset At, TimeSpan Wait)? Estimated { get; set; }

    public void Begin()
    {
        Tell(new CallOffered(new CallOffer
        {
            Trunk = StaffedCentre.Trunk,
            Caller = Expected.Id,
            Dialled = Expected.Queue,
            Destination = "queue:" + Expected.Queue,
            ReceivedAt = centre.Now,
            SipCallId = Expected.Id,
        }));
        if (Expected.Patience is { } patience) centre.After(patience, LosePatience);
    }

    public void Execute(CallCommands commands)
    {
        if (commands.Incarnation > _incarnation) (_incarnation, _lastCommand) = (commands.Incarnation, 0);
        _answers.Clear();
        foreach (var command in commands.Commands)
        {
            if (command.Id <= _lastCommand) continue;
            _lastCommand = command.Id;
            Execute(command);
        }

        // Also without an event: it acknowledges the commands.
        Tell([.. _answers]);
    }

    private void Execute(CallCommand command)
    {
        switch (command)
        {
            case AnswerCaller: _answers.Add(new LegAnswered(0)); break;
            case RejectCaller: End(0, LegEndCause.LocalHangup); break;
            case HangUp hangUp: End(hangUp.Leg, LegEndCause.LocalHangup); break;
            case Originate or Dial: centre.After(centre.PickUp, () => PickUp(command.Leg)); break;
            case BridgeLegs when !_talks:
                _talks = true;
                centre.After(Expected.Talk, () => HangUp(0));
                break;
            case Play { Loop: false } play: centre.After(PromptLength, () => Tell(new PlaybackFinished(play.Leg, play.PlayId, Interrupted: false))); break;
            case PrepareRecording prepare: _answers.Add(new RecordingPrepared(prepare.Leg, prepare.RecordingId)); break;
            case StartRecording start: centre.After(PromptLength, () => Tell(new RecordingFinished(start.Leg, start.RecordingId, PromptLength, null, null))); break;
        }
    }

    private void PickUp(int leg)
    {
        if (!_ended.Contains(leg)) Tell(new LegAnswered(leg));
    }

    private void LosePatience()
    {
        if (Machine.State?.Phase is CallPhase.Queued or CallPhase.Ringing) HangUp(0);
    }

    private void HangUp(int leg)
    {
        if (_ended.Add(leg)) Tell(new LegEnded(leg, LegEndCause.RemoteHangup, null, null));
    }

    private void End(int leg, LegEndCause cause)
    {
        if (_ended.Add(leg)) _answers.Add(new LegEnded(leg, cause, null, null));
    }

    private void Tell(params CallEvent[] events)
    {
        var batch = new EdgeEvents
        {
            EdgeId = StaffedCentre.Edge,
            Observer = null!, // the host's business: machines do not know it
            Epoch = 1,
            FirstSequence = _sequence,
            Events = events,
            Incarnation = _incarnation,
            LastCommand = _lastCommand,
        };
        _sequence += events.Length;
        centre.Deliver(this, batch);
    }
}
