using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>The edge's side of one call, with the people on its legs: a caller of little patience and phones that answer, ring out, are busy or refuse.</summary>
internal sealed partial class SimulatedCall
{
    private readonly Simulator _simulator;
    private readonly SimulatedEdge _edge;
    private readonly SimulatedLink _link;
    private readonly string _destination;
    private readonly SortedDictionary<int, LegSnapshot> _legs = new() { [0] = new LegSnapshot(0, LegState.Trying, null, null, null) };
    private readonly HashSet<int> _joined = [];
    private CallOffer _offer = null!;
    private int _highestLeg;
    private bool _hearsMix;

    public SimulatedCall(Simulator simulator, SimulatedEdge edge, string id, string destination, int epoch = 1)
    {
        (_simulator, _edge, Id, _destination, Epoch) = (simulator, edge, id, destination, epoch);
        _link = new SimulatedLink(simulator, edge.Id, id, epoch, Execute, AttachAgain);
    }

    public string Id { get; }

    public int Epoch { get; }

    private int Number => int.Parse(Id[1..], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A supervisor's phone rings or is in the call.</summary>
    public bool IsSupervised => _legs.Values.Any(leg => leg is { IsSupervisor: true, State: not LegState.Ended });

    /// <summary>The leg whose audio is mixed with the conversation's.</summary>
    public int? MixedWith { get; private set; }

    /// <summary>The leg whose party is on hold; its audio must be nobody's.</summary>
    public int? Held { get; private set; }

    /// <summary>The caller was answered and hears neither anybody nor anything.</summary>
    public bool HearsNothing => _playing == 0 && _legs.TryGetValue(0, out var caller) && caller is { State: LegState.Answered, BridgedTo: null };

    /// <summary>The caller hears somebody.</summary>
    public bool IsJoined => (_legs.TryGetValue(0, out var caller) && caller.BridgedTo is not null) || _hearsMix;

    /// <summary>Legs to agents and to parties outside that ring or talk and that nobody has hung up.</summary>
    public IEnumerable<LegSnapshot> CalledLegs => _legs.Values.Where(leg => leg is { Leg: > 0, State: not LegState.Ended, IsSupervisor: false });

    public void Begin()
    {
        _offer = new CallOffer
        {
            Trunk = "trunk",
            Caller = _simulator.Random.Next(10) switch { 0 => "anonymous", 1 => "+15", _ => "+1" + (_simulator.Scenario.HasRegulars ? Number % 2 : Number) },
            Dialled = "100",
            Destination = _simulator.Scenario.HasRegulars && _destination == "queue:one" && Number % 4 == 0 ? "queue:one/a0" : _destination,
            ReceivedAt = _simulator.Now,
            SipCallId = "sip-" + Id,
        };
        Tell(new CallOffered(_offer));
        _simulator.After(_simulator.Chance(0.3) ? _simulator.Between(0.005, 5) : _simulator.Between(5, 100), () => End(0, LegEndCause.RemoteHangup));
        if (_simulator.Chance(0.4)) _simulator.After(_simulator.Between(0.05, 20), ChangeWaiting);
    }

    /// <summary>A call that begins at our side: nobody is there yet.</summary>
    public void BeginPlaced(CallOffer offer)
    {
        _offer = offer;
        _legs.Clear();
        Attach();
    }

    /// <summary>The process is gone: nothing more is heard from it.</summary>
    public void Die() => _link.Cut();

    public void Attach() => Tell(new CallAttached(_offer, [.. _legs.Values]));

    public void Execute(CallCommands batch)
    {
        var isFirst = !_link.IsHeard;
        _link.Execute(batch);
        if (isFirst && _link.IsHeard) _simulator.Invariants.OnCarried(Id);
    }

    private void AttachAgain()
    {
        Attach();
        Tell([.. _finished]);
    }

    private void Execute(CallCommand command)
    {
        switch (command)
        {
            case AnswerCaller when IsLive(0) && _legs[0].State != LegState.Answered:
                Set(0, LegState.Answered);
                _simulator.After(_simulator.Between(0.01, 0.1), () => Tell(new LegAnswered(0)));
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
                _hearsMix = Array.Exists(mix.Hearings, hearing => hearing is { Leg: 0, Hears: not [] });
                if (Array.Exists(mix.Hearings, hearing => hearing.Leg == Held)) Held = null;
                break;
            case UnbridgeLeg unbridge: Part(unbridge.Leg); break;
            case ReferLeg: _simulator.After(_simulator.Between(0.05, 5), Refer); break;
            case ReplaceLeg replace: _simulator.After(_simulator.Between(0.02, 1), () => Replace(replace.Leg)); break;
            case KeepLeg keep when IsLive(keep.Leg):
                _kept.Add(keep.Leg);
                Tell(new LegKept(keep.Leg));
                break;
            case Play play: Play(play); break;
            case StopPlaying: _playing = 0; break;
            case PrepareRecording prepare: Prepare(prepare); break;
            case StartRecording start: Record(start); break;
            case RecordConversation record when _recordings.Add("conversation " + record.RecordingId):
                if (!IsLive(0)) TellRecorded(record.RecordingId, "the caller is gone");
                else _conversation = record.RecordingId;
                break;
            case StopRecording stop: FinishRecording(stop.RecordingId, null); break;
            case ForgetCall:
                _link.SayFarewell();
                _edge.Forget(Id);
                break;
        }
    }

    private void Join(int other)
    {
        _playing = 0;
        MixedWith = Held = null;
        _hearsMix = false;
        // Joined again after a hold.
        var isNew = _joined.Add(other);
        _legs[0] = _legs[0] with { BridgedTo = other };
        _legs[other] = _legs[other] with { BridgedTo = 0 };
        if (!isNew) return;
        _simulator.After(_simulator.Between(1, 40), () => End(0, LegEndCause.RemoteHangup));
        if (_simulator.Chance(0.3)) _simulator.After(_simulator.Between(0.2, 10), () => Transfer(other));
        if (_simulator.Chance(0.3)) _simulator.After(_simulator.Between(0.1, 10), ChangeConversation);
        if (_simulator.Chance(0.3)) _simulator.After(_simulator.Between(0.1, 10), Supervise);
        if (_simulator.Chance(0.2)) _simulator.After(_simulator.Between(0.2, 10), () => Leave(other));
    }

    private void Part(int leg)
    {
        MixedWith = null;
        _hearsMix = false;
        if (_legs[leg].BridgedTo is not { } other) return;
        _legs[leg] = _legs[leg] with { BridgedTo = null };
        _legs[other] = _legs[other] with { BridgedTo = null };
    }

    private void End(int leg, LegEndCause cause)
    {
        if (_link.IsCut || !IsLive(leg)) return;
        Set(leg, LegState.Ended);
        if (leg == 0)
        {
            MixedWith = null;
            _hearsMix = false;
            if (_conversation is { } conversation) TellRecorded(conversation, null);
            foreach (var recording in _recordings.Where(recording => !recording.Contains(' ')).ToList()) FinishRecording(recording, null);
        }

        Tell(new LegEnded(leg, leg == 0 && cause == LegEndCause.RemoteHangup && _legs[0].State == LegState.Trying ? LegEndCause.Cancelled : cause, null, null));
    }

    private void Tell(params CallEvent[] events) => _link.Tell(events);

    private bool IsLive(int leg) => _legs.TryGetValue(leg, out var snapshot) && snapshot.State != LegState.Ended;

    private void Set(int leg, LegState state) => _legs[leg] = _legs[leg] with { State = state };
}
