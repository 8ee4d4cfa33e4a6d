using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Tests.Simulation;

/// <content>What people do: phones that answer, ring out, are busy or refuse, agents who transfer, supervisors and those at the API.</content>
internal sealed partial class SimulatedCall
{
    private const string OtherCall = "call:elsewhere";
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(20);
    private readonly HashSet<int> _kept = [];

    /// <summary>The party who is called to be the caller.</summary>
    private void RingCaller(Dial dial)
    {
        _highestLeg = dial.Leg;
        if (IsLive(0)) return;
        _simulator.After(_simulator.Between(5, 100), () => End(0, LegEndCause.RemoteHangup));
        Ring(0, new LegSnapshot(0, LegState.Trying, null, null, null, dial.Trunk) { Attempt = dial.Leg });
    }

    private void Ring(int leg, LegSnapshot snapshot)
    {
        _highestLeg = Math.Max(_highestLeg, leg);
        _legs[leg] = snapshot;
        if (_simulator.Chance(0.8)) _simulator.After(_simulator.Between(0.01, 0.2), () => Progress(leg));
        switch (_simulator.Random.Next(10))
        {
            case 0: _simulator.After(_simulator.Between(0.02, 1), () => End(leg, LegEndCause.Busy)); break;
            case 1: _simulator.After(_simulator.Between(0.5, 5), () => End(leg, LegEndCause.Rejected)); break;
            case 2: _simulator.After(_simulator.Between(0.02, 5), () => End(leg, LegEndCause.Failed)); break;
            case 3: _simulator.After(TimeSpan.FromSeconds(40), () => End(leg, LegEndCause.NoAnswer)); break;
            default: _simulator.After(_simulator.Between(0.05, 8), () => Answer(leg)); break;
        }
    }

    private void Progress(int leg)
    {
        if (_legs[leg].State != LegState.Trying || _link.IsCut) return;
        Set(leg, LegState.Ringing);
        Tell(new LegRinging(leg));
    }

    private void Answer(int leg)
    {
        if (!IsLive(leg) || _link.IsCut) return;
        Set(leg, LegState.Answered);
        Tell(new LegAnswered(leg));
        if (_simulator.Chance(0.5)) _simulator.After(_simulator.Between(1, 30), () => End(leg, LegEndCause.RemoteHangup));
    }

    /// <summary>The agent leaves the leg to another call, in which the phone has asked for that, and hangs up at once.</summary>
    private void Leave(int leg)
    {
        if (_link.IsCut || !IsLive(leg) || _legs[leg].AgentId is not { } agent) return;
        _simulator.Grains.KeepLeg(Id, leg, agent);
        _simulator.After(_simulator.Between(0.001, 0.5), () =>
        {
            if (!_kept.Remove(leg))
            {
                End(leg, LegEndCause.RemoteHangup);
                return;
            }

            _simulator.After(_simulator.Between(0.02, 1), () => Replace(leg));
            _simulator.After(KeptFor, () =>
            {
                if (_legs[leg].AgentId is not null) End(leg, LegEndCause.RemoteHangup);
            });
        });
    }

    /// <summary>The agent's phone sends REFER; many hang up at once and do not wait for what comes of it.</summary>
    private void Transfer(int leg)
    {
        if (_link.IsCut || !IsLive(leg) || _legs[leg].BridgedTo is null) return;
        if (_simulator.Chance(0.3))
        {
            Tell(new ReplacementAsked(leg, OtherCall));
            return;
        }

        Tell(new TransferAsked(leg, Scenario.Destinations[_simulator.Random.Next(Scenario.Destinations.Length)]));
        if (_simulator.Chance(0.4)) _simulator.After(_simulator.Between(0.01, 1), () => End(leg, LegEndCause.RemoteHangup));
    }

    /// <summary>The caller's trunk brings the caller elsewhere, or does not; some end the call before they say so.</summary>
    private void Refer()
    {
        if (_link.IsCut || !IsLive(0)) return;
        if (_simulator.Chance(0.2)) End(0, LegEndCause.RemoteHangup);
        else Tell(new ReferEnded(0, _simulator.Chance(0.5) ? 200 : 603));
    }

    /// <summary>The agent has left the leg to another call; not all of them succeed.</summary>
    private void Replace(int leg)
    {
        if (_link.IsCut || !IsLive(leg) || _simulator.Chance(0.2)) return;
        _legs[leg] = _legs[leg] with { AgentId = null, OfferId = null, Trunk = "", To = OtherCall };
        Tell(new LegReplaced(leg, OtherCall));
    }

    /// <summary>Somebody at the API listens in, changes the mode, or stops.</summary>
    private void Supervise()
    {
        if (_link.IsCut) return;
        _simulator.Grains.Supervise(Id, "a" + _simulator.Random.Next(_simulator.Scenario.Options.Agents.Count), (SupervisionMode)_simulator.Random.Next(4));
        if (_simulator.Chance(0.5)) _simulator.After(_simulator.Between(0.1, 10), Supervise);
    }

    /// <summary>Somebody at the API moves, picks or re-prioritises the caller, who may wait or be anywhere else.</summary>
    private void ChangeWaiting()
    {
        if (_link.IsCut || !IsLive(0)) return;
        _simulator.Grains.ChangeWaiting(Id, _simulator.Chance(0.7) ? "one" : "two", _simulator.Random.Next(4) switch
        {
            0 => new MoveCaller(Scenario.Destinations[_simulator.Random.Next(Scenario.Destinations.Length)]),
            1 => new MoveCaller("hangup:480"),
            2 => new PickCaller("a" + _simulator.Random.Next(_simulator.Scenario.Options.Agents.Count)),
            _ => new PrioritiseCaller(_simulator.Random.Next(-2, 5)),
        });
        if (_simulator.Chance(0.5)) _simulator.After(_simulator.Between(0.01, 10), ChangeWaiting);
    }

    /// <summary>Somebody at the API holds the caller, takes them back or sends them on.</summary>
    private void ChangeConversation()
    {
        if (_link.IsCut || !IsLive(0)) return;
        _simulator.Grains.ChangeConversation(Id, _simulator.Random.Next(5) switch
        {
            0 => new TransferCaller(Scenario.Destinations[_simulator.Random.Next(Scenario.Destinations.Length)]),
            1 or 2 => new ResumeCaller(),
            _ => new HoldCaller(),
        });
        if (_simulator.Chance(0.6)) _simulator.After(_simulator.Between(0.01, 10), ChangeConversation);
    }
}
