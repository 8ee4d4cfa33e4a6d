using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>An edge with one call: executes commands once and in order, numbers events, tells its legs.</summary>
internal sealed class SimpleEdge(CallOffer offer, int epoch = 1)
{
    private readonly SortedDictionary<int, LegSnapshot> _legs = offer.Placed is null && epoch == 1 ? new() { [0] = new LegSnapshot(0, LegState.Trying, null, null, null) } : [];
    private long _nextSequence = 1;
    private int _highestLeg;

    public long Incarnation { get; private set; }

    public long LastCommand { get; private set; }

    /// <summary>Executed commands, oldest first.</summary>
    public List<CallCommand> Executed { get; } = [];

    public bool Forgotten { get; private set; }

    public string? Playing { get; private set; }

    public long PlayId { get; private set; }

    public string? Recording { get; private set; }

    /// <summary>Who hears whom; null for a plain bridge.</summary>
    public LegHearing[]? Mixed { get; private set; }

    /// <summary>The leg whose party is on hold; null for none.</summary>
    public int? Held { get; private set; }

    /// <summary>The conversation that is or was recorded.</summary>
    public string? Conversation { get; private set; }

    public bool Attaches { get; private set; }

    public bool IsLive(int leg) => _legs.TryGetValue(leg, out var snapshot) && snapshot.State != LegState.Ended;

    public int AgentLeg => _legs.Values.Last(leg => leg.Leg != 0).Leg;

    public IEnumerable<int> LiveLegs => _legs.Values.Where(leg => leg.State != LegState.Ended).Select(leg => leg.Leg);

    public LegSnapshot this[int leg] => _legs[leg];

    public void Execute(CallCommands batch)
    {
        if (batch.Incarnation < Incarnation) return;
        if (batch.Incarnation > Incarnation)
        {
            Attaches = Incarnation > 0 || batch.KnowsNothing;
            (Incarnation, LastCommand) = (batch.Incarnation, 0);
        }
        foreach (var command in batch.Commands)
        {
            if (command.Id != LastCommand + 1) continue;
            LastCommand++;
            Executed.Add(command);
            Execute(command);
        }
    }

    /// <summary>Numbers events and notes what they say of legs.</summary>
    public EdgeEvents Batch(params CallEvent[] events)
    {
        foreach (var happened in events)
        {
            if (happened is LegEnded ended && _legs.TryGetValue(ended.Leg, out var leg)) _legs[ended.Leg] = leg with { State = LegState.Ended };
            if (happened is LegReplaced { By: { } by } && _legs.TryGetValue(happened.Leg, out leg)) _legs[happened.Leg] = leg with { AgentId = null, OfferId = null, Trunk = happened.Leg == 0 ? null : "", To = by };
            if (happened is LegAnswered answered && _legs.TryGetValue(answered.Leg, out leg)) _legs[answered.Leg] = leg with { State = LegState.Answered };
        }
        var first = _nextSequence;
        _nextSequence += events.Length;
        return Again(new EdgeEvents { EdgeId = "edge1", Observer = null!, Epoch = epoch, FirstSequence = first, Events = events, Incarnation = 0, LastCommand = 0 });
    }

    /// <summary>The same batch, as it is sent now.</summary>
    public EdgeEvents Again(EdgeEvents batch) => batch with { Incarnation = Incarnation, LastCommand = LastCommand };

    public EdgeEvents Unknown() => Again(Batch() with { FirstSequence = 0, Events = [new CallUnknown()] });

    public EdgeEvents Attach()
    {
        Attaches = false;
        return Batch(new CallAttached(offer, [.. _legs.Values]));
    }

    private void Execute(CallCommand command)
    {
        switch (command)
        {
            case Originate originate when originate.Leg > _highestLeg:
                _highestLeg = originate.Leg;
                _legs[originate.Leg] = new LegSnapshot(originate.Leg, LegState.Trying, originate.AgentId, originate.OfferId, null) { IsSupervisor = originate.Supervises };
                break;
            case Dial { AsCaller: true } dial when dial.Leg > _highestLeg:
                _highestLeg = dial.Leg;
                _legs[0] = new LegSnapshot(0, LegState.Trying, null, null, null, dial.Trunk) { Attempt = dial.Leg };
                break;
            case Dial dial when dial.Leg > _highestLeg:
                _highestLeg = dial.Leg;
                _legs[dial.Leg] = new LegSnapshot(dial.Leg, LegState.Trying, null, null, null, dial.Trunk, dial.To);
                break;
            case AnswerCaller when IsLive(0): _legs[0] = _legs[0] with { State = LegState.Answered }; break;
            case HoldLeg hold when IsLive(hold.Leg): Held = hold.Leg; break;
            case UnbridgeLeg unbridge when IsLive(unbridge.Leg):
                Mixed = null;
                if (_legs[unbridge.Leg].BridgedTo is not { } other) break;
                _legs[unbridge.Leg] = _legs[unbridge.Leg] with { BridgedTo = null };
                _legs[other] = _legs[other] with { BridgedTo = null };
                break;
            case MixLegs mix:
                Mixed = mix.Hearings;
                if (Mixed.Any(hearing => hearing.Leg == Held)) Held = null;
                break;
            case BridgeLegs bridge when IsLive(bridge.Other):
                Playing = null;
                Mixed = null;
                Held = null;
                _legs[0] = _legs[0] with { BridgedTo = bridge.Other };
                _legs[bridge.Other] = _legs[bridge.Other] with { BridgedTo = 0 };
                break;
            case Play play: (Playing, PlayId) = (string.Join('+', play.Prompts), play.PlayId); break;
            case RecordConversation record: Conversation ??= record.RecordingId; break;
            case StartRecording start: Recording ??= start.RecordingId; break;
            case ForgetCall: Forgotten = true; _legs.Clear(); break;
        }
    }
}
