using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>The edge's side of one call, with the people on its legs: a caller of little patience and phones that answer, ring out, are busy or refuse.</summary>
internal sealed class SimulatedCall(Simulator simulator, SimulatedEdge edge, string id, string destination, int epoch = 1)
{
    private const string OtherCall = "call:elsewhere";
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(2.5);
    private readonly SortedDictionary<int, LegSnapshot> _legs = new() { [0] = new LegSnapshot(0, LegState.Trying, null, null, null) };
    private readonly List<CallEvent> _events = [];
    private readonly HashSet<int> _kept = [];
    private readonly HashSet<int> _joined = [];
    private readonly HashSet<string> _recordings = [];
    private readonly List<CallEvent> _finished = [];
    private CallOffer _offer = null!;
    private string? _conversation;
    private long _firstSequence = 1;
    private int _underWay;
    private long _incarnation;
    private long _lastCommand;
    private long _toldCommand;
    private int _delivery;
    private int _highestLeg;
    private long _playing;
    private bool _dead;
    private bool _ackDue;

    public string Id { get; } = id;

    public int Epoch { get; } = epoch;

    /// <summary>A recording was begun: there must be a ticket (I5).</summary>
    public bool Recorded => _recordings.Any(recording => !recording.StartsWith("conversation ", StringComparison.Ordinal));

    /// <summary>A supervisor's phone rings or is in the call.</summary>
    public bool IsSupervised => _legs.Values.Any(leg => leg is { IsSupervisor: true, State: not LegState.Ended });

    /// <summary>The leg whose audio is mixed with the conversation's.</summary>
    public int? MixedWith { get; private set; }

    /// <summary>The leg whose party is on hold; its audio must be nobody's.</summary>
    public int? Held { get; private set; }

    /// <summary>The caller was answered and hears neither anybody nor anything.</summary>
    public bool HearsNothing => _playing == 0 && _legs.TryGetValue(0, out var caller) && caller is { State: LegState.Answered, BridgedTo: null };

    /// <summary>The caller hears somebody.</summary>
    public bool IsJoined => _legs.TryGetValue(0, out var caller) && caller.BridgedTo is not null;

    /// <summary>Legs to agents and to parties outside that ring or talk and that nobody has hung up.</summary>
    public IEnumerable<LegSnapshot> CalledLegs => _legs.Values.Where(leg => leg is { Leg: > 0, State: not LegState.Ended, IsSupervisor: false });

    public void Begin()
    {
        _offer = new CallOffer
        {
            Trunk = "trunk",
            Caller = simulator.Random.Next(10) switch { 0 => "anonymous", 1 => "+15", _ => "+1" + Id[1..] },
            Dialled = "100",
            Destination = destination,
            ReceivedAt = simulator.Now,
            SipCallId = "sip-" + Id,
        };
        Tell(new CallOffered(_offer));
        simulator.After(simulator.Chance(0.3) ? simulator.Between(0.005, 5) : simulator.Between(5, 100), () => End(0, LegEndCause.RemoteHangup));
        if (simulator.Chance(0.4)) simulator.After(simulator.Between(0.05, 20), ChangeWaiting);
    }

    /// <summary>A call that begins at our side: nobody is there yet.</summary>
    public void BeginPlaced(CallOffer offer)
    {
        _offer = offer;
        _legs.Clear();
        Attach();
    }

    /// <summary>The process is gone: nothing more is heard from it.</summary>
    public void Die() => _dead = true;

    public void Attach()
    {
        if (!_dead) Tell(new CallAttached(_offer, [.. _legs.Values]));
    }

    public void Execute(CallCommands batch)
    {
        if (_dead || batch.Incarnation < _incarnation) return;
        if (batch.Incarnation > _incarnation)
        {
            var again = _incarnation > 0 || batch.KnowsNothing;
            (_incarnation, _lastCommand, _toldCommand) = (batch.Incarnation, 0, 0);
            if (again)
            {
                Attach();
                Tell([.. _finished]);
            }
        }

        foreach (var command in batch.Commands)
        {
            // Repeated commands mean that the acknowledgement was lost.
            if (command.Id <= _lastCommand) _toldCommand = -1;
            if (command.Id != _lastCommand + 1) continue;
            _lastCommand++;
            Execute(command);
        }

        if (_ackDue) return;
        _ackDue = true;
        simulator.After(simulator.Between(0.05, 0.2), () =>
        {
            _ackDue = false;
            if (!_dead && _underWay == 0 && _lastCommand != _toldCommand) Deliver();
        });
    }

    private void Execute(CallCommand command)
    {
        switch (command)
        {
            case AnswerCaller when IsLive(0) && _legs[0].State != LegState.Answered:
                Set(0, LegState.Answered);
                simulator.After(simulator.Between(0.01, 0.1), () => Tell(new LegAnswered(0)));
                break;
            case RejectCaller: End(0, LegEndCause.LocalHangup); break;
            case HangUp hangUp: End(hangUp.Leg, LegEndCause.LocalHangup); break;
            case Originate originate when originate.Leg > _highestLeg: Ring(originate.Leg, new LegSnapshot(originate.Leg, LegState.Trying, originate.AgentId, originate.OfferId, null) { IsSupervisor = originate.Supervises }); break;
            case Dial { AsCaller: true } dial when dial.Leg > _highestLeg: RingCaller(dial); break;
            case Dial dial when dial.Leg > _highestLeg: Ring(dial.Leg, new LegSnapshot(dial.Leg, LegState.Trying, null, null, null, dial.Trunk, dial.To)); break;
            case BridgeLegs bridge when IsLive(bridge.Other) && IsLive(0): Join(bridge.Other); break;
            case HoldLeg hold when IsLive(hold.Leg): Held = hold.Leg; break;
            case MixLegs mix:
                MixedWith = mix.Hearings[^1].Leg;
                if (Array.Exists(mix.Hearings, hearing => hearing.Leg == Held)) Held = null;
                break;
            case UnbridgeLeg unbridge: Part(unbridge.Leg); break;
            case ReferLeg: simulator.After(simulator.Between(0.05, 5), Refer); break;
            case ReplaceLeg replace: simulator.After(simulator.Between(0.02, 1), () => Replace(replace.Leg)); break;
            case KeepLeg keep when IsLive(keep.Leg):
                _kept.Add(keep.Leg);
                Tell(new LegKept(keep.Leg));
                break;
            case Play play: Play(play); break;
            case StopPlaying: _playing = 0; break;
            case StartRecording start: Record(start); break;
            case RecordConversation record when _recordings.Add("conversation " + record.RecordingId):
                if (!IsLive(0)) TellRecorded(record.RecordingId, "the caller is gone");
                else _conversation = record.RecordingId;
                break;
            case StopRecording stop: FinishRecording(stop.RecordingId, null); break;
            case ForgetCall:
                // The edge keeps acknowledging, as one that knows the call no more.
                Deliver();
                _dead = true;
                edge.Forget(Id);
                break;
        }
    }

    /// <summary>The party who is called to be the caller.</summary>
    private void RingCaller(Dial dial)
    {
        _highestLeg = dial.Leg;
        if (IsLive(0)) return;
        simulator.After(simulator.Between(5, 100), () => End(0, LegEndCause.RemoteHangup));
        Ring(0, new LegSnapshot(0, LegState.Trying, null, null, null, dial.Trunk) { Attempt = dial.Leg });
    }

    private void Ring(int leg, LegSnapshot snapshot)
    {
        _highestLeg = Math.Max(_highestLeg, leg);
        _legs[leg] = snapshot;
        if (simulator.Chance(0.8)) simulator.After(simulator.Between(0.01, 0.2), () => Progress(leg));
        switch (simulator.Random.Next(10))
        {
            case 0: simulator.After(simulator.Between(0.02, 1), () => End(leg, LegEndCause.Busy)); break;
            case 1: simulator.After(simulator.Between(0.5, 5), () => End(leg, LegEndCause.Rejected)); break;
            case 2: simulator.After(simulator.Between(0.02, 5), () => End(leg, LegEndCause.Failed)); break;
            case 3: simulator.After(TimeSpan.FromSeconds(40), () => End(leg, LegEndCause.NoAnswer)); break;
            default: simulator.After(simulator.Between(0.05, 8), () => Answer(leg)); break;
        }
    }

    private void Progress(int leg)
    {
        if (_legs[leg].State != LegState.Trying || _dead) return;
        Set(leg, LegState.Ringing);
        Tell(new LegRinging(leg));
    }

    private void Answer(int leg)
    {
        if (!IsLive(leg) || _dead) return;
        Set(leg, LegState.Answered);
        Tell(new LegAnswered(leg));
        if (simulator.Chance(0.5)) simulator.After(simulator.Between(1, 30), () => End(leg, LegEndCause.RemoteHangup));
    }

    private void Join(int other)
    {
        _playing = 0;
        MixedWith = Held = null;
        // Joined again after a hold.
        var isNew = _joined.Add(other);
        _legs[0] = _legs[0] with { BridgedTo = other };
        _legs[other] = _legs[other] with { BridgedTo = 0 };
        if (!isNew) return;
        simulator.After(simulator.Between(1, 40), () => End(0, LegEndCause.RemoteHangup));
        if (simulator.Chance(0.3)) simulator.After(simulator.Between(0.2, 10), () => Transfer(other));
        if (simulator.Chance(0.3)) simulator.After(simulator.Between(0.1, 10), ChangeConversation);
        if (simulator.Chance(0.3)) simulator.After(simulator.Between(0.1, 10), Supervise);
        if (simulator.Chance(0.2)) simulator.After(simulator.Between(0.2, 10), () => Leave(other));
    }

    /// <summary>The agent leaves the leg to another call, in which the phone has asked for that, and hangs up at once.</summary>
    private void Leave(int leg)
    {
        if (_dead || !IsLive(leg) || _legs[leg].AgentId is not { } agent) return;
        simulator.Grains.KeepLeg(Id, leg, agent);
        simulator.After(simulator.Between(0.001, 0.5), () =>
        {
            if (!_kept.Remove(leg))
            {
                End(leg, LegEndCause.RemoteHangup);
                return;
            }

            simulator.After(simulator.Between(0.02, 1), () => Replace(leg));
            simulator.After(KeptFor, () =>
            {
                if (_legs[leg].AgentId is not null) End(leg, LegEndCause.RemoteHangup);
            });
        });
    }

    /// <summary>The agent's phone sends REFER; many hang up at once and do not wait for what comes of it.</summary>
    private void Transfer(int leg)
    {
        if (_dead || !IsLive(leg) || _legs[leg].BridgedTo is null) return;
        if (simulator.Chance(0.3))
        {
            Tell(new ReplacementAsked(leg, OtherCall));
            return;
        }

        Tell(new TransferAsked(leg, Scenario.Destinations[simulator.Random.Next(Scenario.Destinations.Length)]));
        if (simulator.Chance(0.4)) simulator.After(simulator.Between(0.01, 1), () => End(leg, LegEndCause.RemoteHangup));
    }

    /// <summary>The caller's trunk brings the caller elsewhere, or does not; some end the call before they say so.</summary>
    private void Refer()
    {
        if (_dead || !IsLive(0)) return;
        if (simulator.Chance(0.2)) End(0, LegEndCause.RemoteHangup);
        else Tell(new ReferEnded(0, simulator.Chance(0.5) ? 200 : 603));
    }

    /// <summary>The agent has left the leg to another call; not all of them succeed.</summary>
    private void Replace(int leg)
    {
        if (_dead || !IsLive(leg) || simulator.Chance(0.2)) return;
        _legs[leg] = _legs[leg] with { AgentId = null, OfferId = null, Trunk = "", To = OtherCall };
        Tell(new LegReplaced(leg, OtherCall));
    }

    /// <summary>Somebody at the API listens in, changes the mode, or stops.</summary>
    private void Supervise()
    {
        if (_dead) return;
        simulator.Grains.Supervise(Id, "a" + simulator.Random.Next(simulator.Scenario.Options.Agents.Count), (SupervisionMode)simulator.Random.Next(4));
        if (simulator.Chance(0.5)) simulator.After(simulator.Between(0.1, 10), Supervise);
    }

    /// <summary>Somebody at the API moves, picks or re-prioritises the caller, who may wait or be anywhere else.</summary>
    private void ChangeWaiting()
    {
        if (_dead || !IsLive(0)) return;
        simulator.Grains.ChangeWaiting(Id, simulator.Chance(0.7) ? "one" : "two", simulator.Random.Next(4) switch
        {
            0 => new MoveCaller(Scenario.Destinations[simulator.Random.Next(Scenario.Destinations.Length)]),
            1 => new MoveCaller("hangup:480"),
            2 => new PickCaller("a" + simulator.Random.Next(simulator.Scenario.Options.Agents.Count)),
            _ => new PrioritiseCaller(simulator.Random.Next(-2, 5)),
        });
        if (simulator.Chance(0.5)) simulator.After(simulator.Between(0.01, 10), ChangeWaiting);
    }

    /// <summary>Somebody at the API holds the caller, takes them back or sends them on.</summary>
    private void ChangeConversation()
    {
        if (_dead || !IsLive(0)) return;
        simulator.Grains.ChangeConversation(Id, simulator.Random.Next(5) switch
        {
            0 => new TransferCaller(Scenario.Destinations[simulator.Random.Next(Scenario.Destinations.Length)]),
            1 or 2 => new ResumeCaller(),
            _ => new HoldCaller(),
        });
        if (simulator.Chance(0.6)) simulator.After(simulator.Between(0.01, 10), ChangeConversation);
    }

    private void Part(int leg)
    {
        MixedWith = null;
        if (_legs[leg].BridgedTo is not { } other) return;
        _legs[leg] = _legs[leg] with { BridgedTo = null };
        _legs[other] = _legs[other] with { BridgedTo = null };
    }

    private void Play(Play play)
    {
        simulator.Invariants.OnPlayed(Id, play, isJoined: _legs.TryGetValue(0, out var caller) && caller.BridgedTo is { } other && IsLive(other));
        _playing = play.PlayId;
        if (play.Loop) return;
        simulator.After(simulator.Between(0.1, 3), () =>
        {
            if (_dead || _playing != play.PlayId || !IsLive(0)) return;
            _playing = 0;
            var keyed = play.StopOnDigit && simulator.Chance(0.6);
            if (keyed) Tell(new PlaybackFinished(0, play.PlayId, true), new DigitReceived(0, "12#9"[simulator.Random.Next(4)]));
            else Tell(new PlaybackFinished(0, play.PlayId, false));
        });
    }

    private void Record(StartRecording start)
    {
        if (!_recordings.Add(start.RecordingId)) return;
        simulator.Invariants.OnRecording(Id);
        if (!IsLive(0)) FinishRecording(start.RecordingId, "the caller is gone");
        else simulator.After(simulator.Between(0.5, start.MaxLength.TotalSeconds), () => FinishRecording(start.RecordingId, null));
    }

    private void FinishRecording(string recordingId, string? failure)
    {
        if (_dead || !_recordings.Contains(recordingId) || !_recordings.Add("done " + recordingId)) return;
        _finished.Add(new RecordingFinished(0, recordingId, TimeSpan.FromSeconds(failure is null ? 3 : 0), failure is null ? "message.wav" : null, failure));
        Tell(_finished[^1]);
    }

    private void TellRecorded(string recordingId, string? failure)
    {
        _conversation = null;
        _finished.Add(new ConversationRecorded(recordingId, TimeSpan.FromSeconds(failure is null ? 9 : 0), failure is null ? "call.wav" : null, failure));
        Tell(_finished[^1]);
    }

    private void End(int leg, LegEndCause cause)
    {
        if (_dead || !IsLive(leg)) return;
        Set(leg, LegState.Ended);
        if (leg == 0)
        {
            MixedWith = null;
            if (_conversation is { } conversation) TellRecorded(conversation, null);
            foreach (var recording in _recordings.Where(recording => !recording.Contains(' ')).ToList()) FinishRecording(recording, null);
        }

        Tell(new LegEnded(leg, leg == 0 && cause == LegEndCause.RemoteHangup && _legs[0].State == LegState.Trying ? LegEndCause.Cancelled : cause, null, null));
    }

    private bool IsLive(int leg) => _legs.TryGetValue(leg, out var snapshot) && snapshot.State != LegState.Ended;

    private void Set(int leg, LegState state) => _legs[leg] = _legs[leg] with { State = state };

    private void Tell(params CallEvent[] events)
    {
        if (_dead) return;
        _events.AddRange(events);
        if (_underWay == 0) Deliver();
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
            EdgeId = edge.Id,
            Observer = null!,
            Epoch = Epoch,
            FirstSequence = _firstSequence,
            Events = [.. _events],
            Incarnation = _incarnation,
            LastCommand = _lastCommand,
        };
        simulator.Send("call/" + Id, batch, () =>
        {
            if (simulator.Grains.Deliver(Id, batch)) simulator.Send("ack of " + Id, null, () => Acknowledged(delivery, count));
        });
        if (count > 0) simulator.After(ResponseTimeout, () => Retry(delivery));
    }

    private void Acknowledged(int delivery, int count)
    {
        if (_dead || delivery != _delivery || count == 0) return;
        _delivery++;
        _firstSequence += count;
        _events.RemoveRange(0, count);
        _underWay = 0;
        if (_events.Count > 0 || _lastCommand != _toldCommand) Deliver();
    }

    private void Retry(int delivery)
    {
        if (!_dead && delivery == _delivery && _underWay > 0) Deliver();
    }
}
