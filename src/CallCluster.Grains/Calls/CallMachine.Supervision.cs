using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Calls;

/// <summary>
/// A supervisor beside a conversation: reserved and rung as any agent, then heard as the mode says. The conversation never depends on it: whatever fails here ends the supervision alone,
/// and the conversation's end, or its agent's, ends the supervision.
/// </summary>
public sealed partial class CallMachine
{
    /// <summary>Brings a supervisor into the call, or changes the mode of the one who is in it. Repeating it changes nothing.</summary>
    public SuperviseStatus Supervise(string supervisor, SupervisionMode mode, DateTimeOffset now, Effects effects) =>
        Ask(now, effects, SuperviseStatus.UnknownCall, call => Supervise(supervisor, mode, call));

    /// <summary>Takes the supervisor out; the others talk on.</summary>
    public SuperviseStatus EndSupervision(DateTimeOffset now, Effects effects) => Ask(now, effects, SuperviseStatus.UnknownCall, call =>
    {
        if (call.Supervision is not { } supervision) return SuperviseStatus.NotSupervised;
        Step(call, $"supervision by {supervision.AgentId} ended");
        EndSupervision("supervision ended", call);
        return SuperviseStatus.Accepted;
    });

    /// <summary>What the API asks of a call that goes on, in a turn of its own.</summary>
    private TStatus Ask<TStatus>(DateTimeOffset now, Effects effects, TStatus unknown, Func<StoredCall, TStatus> ask)
    {
        Begin(now, effects);
        if (Superseded || State is not { Phase: not CallPhase.Ended } call) return unknown;
        var status = ask(call);
        Flush();
        return status;
    }

    private SuperviseStatus Supervise(string supervisor, SupervisionMode mode, StoredCall call)
    {
        if (call.Supervision is { } current)
        {
            if (current.AgentId != supervisor) return SuperviseStatus.SupervisedAlready;
            if (current.Mode == mode) return SuperviseStatus.Accepted;
            if (mode == SupervisionMode.Whisper && Coached(call) is null) return SuperviseStatus.NoAgent;
            call.Supervision = current with { Mode = mode };
            _effects.Persist();
            if (!current.Joined) return SuperviseStatus.Accepted;
            Step(call, $"{supervisor} supervises: {mode}");
            JoinAudio(call);
            return SuperviseStatus.Accepted;
        }
        if (!Routing.Agents.ContainsKey(supervisor)) return SuperviseStatus.UnknownSupervisor;
        if (call.Agent?.AgentId == supervisor || AgentOn(0, call) == supervisor) return SuperviseStatus.OwnCall;
        if (call.Phase != CallPhase.Connected) return SuperviseStatus.NotConnected;
        if (mode == SupervisionMode.Whisper && Coached(call) is null) return SuperviseStatus.NoAgent;
        call.Version = Stamp(call.Version);
        call.Supervision = new Supervision { AgentId = supervisor, OfferId = $"{CallId}/supervisor:{supervisor}/{call.Version}", Mode = mode, Of = CalledLeg(call), Deadline = _now + AgentPatience };
        _effects.Persist();
        AskForSupervisor(call);
        return SuperviseStatus.Accepted;
    }

    private void AskForSupervisor(StoredCall call)
    {
        var supervision = call.Supervision!;
        _effects.ToAgent(supervision.AgentId, new Reserve(null, CallId, supervision.OfferId));
        call.Supervision = supervision with { RepeatAt = _now + AskForAgentEvery };
    }

    private void OnSupervisorReserved(AgentReserved reserved, StoredCall call)
    {
        var supervision = call.Supervision!;
        if (supervision.Leg != 0)
        {
            TellSupervisor(call);
            return;
        }
        call.Supervision = supervision with { Target = reserved.Target, Leg = ++call.LastLeg, CalledAt = _now, Deadline = _now + DirectRingTimeout, RepeatAt = null };
        Step(call, $"ringing {reserved.AgentId} to supervise: {supervision.Mode}");
        _effects.ToAgent(reserved.AgentId, new OfferAccepted(CallId, reserved.OfferId));
        _effects.Persist();
        CallSupervisor(call);
    }

    private void CallSupervisor(StoredCall call)
    {
        var supervision = call.Supervision!;
        Send(new Originate(supervision.Leg, supervision.Target!, supervision.AgentId, supervision.OfferId, call.Offer.Caller, call.Offer.CallerName, call.Queue) { Supervises = true });
    }

    private void OnSupervisorRefused(AgentRefused refused, StoredCall call)
    {
        if (call.Supervision!.Joined)
        {
            TellSupervisor(call);
            return;
        }
        Step(call, $"{refused.AgentId} cannot supervise: is {refused.Presence}");
        EndSupervision("reserved no longer", call);
    }

    private void OnSupervisorAnswered(StoredCall call)
    {
        var supervision = call.Supervision!;
        // What the phone was rung for may have ended earlier in this turn.
        if (supervision.Joined || CalledLeg(call) != supervision.Of) return;
        call.Supervision = supervision with { Joined = true, Deadline = null };
        Step(call, $"{supervision.AgentId} supervises: {supervision.Mode}");
        _effects.Persist();
        _effects.ToAgent(supervision.AgentId, new AgentAnswered(CallId, supervision.OfferId));
        JoinAudio(call);
    }

    private void OnSupervisorEnded(LegEnded ended, StoredCall call)
    {
        var supervision = call.Supervision!;
        var joined = supervision.Joined;
        call.Supervision = null;
        Step(call, joined ? $"{supervision.AgentId} stopped supervising" : $"{supervision.AgentId} did not come to supervise: {ended.Cause}");
        _effects.Persist();
        _effects.ToAgent(supervision.AgentId,
            joined ? new AgentReleased(CallId, supervision.OfferId, TimeSpan.Zero) { Answered = true } : new AgentDidNotAnswer(CallId, supervision.OfferId, ended.Cause));
        if (joined && CalledLeg(call) == supervision.Of) JoinAudio(call);
    }

    private void OnSupervisionDue(StoredCall call)
    {
        var supervision = call.Supervision!;
        if (supervision.Leg == 0)
        {
            if (supervision.Deadline > _now)
            {
                AskForSupervisor(call);
                return;
            }
            Step(call, $"{supervision.AgentId} could not be asked to supervise");
            EndSupervision("not reserved", call);
            return;
        }
        Step(call, $"{supervision.AgentId} did not come to supervise");
        // Only an edge that was heard in this activation has surely rung the phone: else it is no fault of the supervisor's.
        if (_heard) _effects.ToAgent(supervision.AgentId, new AgentDidNotAnswer(CallId, supervision.OfferId, LegEndCause.NoAnswer));
        EndSupervision("no answer", call);
    }

    private void EndSupervision(string reason, StoredCall call)
    {
        if (call.Supervision is not { } supervision) return;
        call.Supervision = null;
        _effects.Persist();
        if (supervision.Joined && IsTalking(call) && CalledLeg(call) == supervision.Of) JoinAudio(call);
        if (supervision.Leg != 0) HangUpCalled(supervision.Leg, supervision.Joined ? 200 : 487, reason, call);
        _effects.ToAgent(supervision.AgentId,
            supervision.Leg == 0 ? new OfferDeclined(CallId, supervision.OfferId) : new AgentReleased(CallId, supervision.OfferId, TimeSpan.Zero) { Answered = supervision.Joined });
    }

    /// <summary>At the end of each turn: a supervision lasts as long as the conversation that it was asked for.</summary>
    private void CheckSupervision(StoredCall call)
    {
        if (call.Supervision is { } supervision && (!IsTalking(call) || CalledLeg(call) != supervision.Of)) EndSupervision("conversation ended", call);
    }

    /// <summary>Tells the supervisor's AgentGrain how the call stands to it.</summary>
    private void TellSupervisor(StoredCall call)
    {
        if (call.Supervision is not { } supervision) return;
        if (supervision.Leg == 0) AskForSupervisor(call);
        else _effects.ToAgent(supervision.AgentId, new AgentStillBusy(CallId, supervision.OfferId, supervision.Joined));
    }

    private void OnSupervisorAttached(CallAttached attached, StoredCall call)
    {
        if (call.Supervision is not { Leg: not 0 and var number } supervision) return;
        var leg = Find(number, attached);
        if (leg is null && (IsToldEnded(number, attached) || supervision.CalledAt + CommandSurelyArrived < _now))
            OnSupervisorEnded(new LegEnded(number, LegEndCause.Failed, null, "unknown to the edge"), call);
        else if (leg is { AgentId: null, To: { } by }) OnLegReplaced(new LegReplaced(number, by), call);
        else if (leg?.State == LegState.Answered) OnSupervisorAnswered(call);
    }

    /// <summary>The audio of the conversation: held, bridged, or mixed with a supervisor's.</summary>
    private void JoinAudio(StoredCall call)
    {
        var called = CalledLeg(call);
        if (called == 0) return;
        if (call.Agent is { Holds: true }) HoldAudio(call);
        else if (call.Supervision is { Joined: true } supervision && supervision.Of == called) Send(new MixLegs(supervision.Hearings(Coached(call))));
        else Send(new BridgeLegs(0, called));
    }

    private void ResumeConversation(StoredCall call)
    {
        if (call.Supervision is { Leg: not 0, Joined: false }) CallSupervisor(call);
        JoinAudio(call);
    }

    /// <summary>The leg of the agent whom a supervisor may whisper to: the one who has the call, else the one who made it; null when no agent is in it.</summary>
    private static int? Coached(StoredCall call) => call.Agent is { Leg: not 0 } agent ? agent.Leg : AgentOn(0, call) is null ? null : 0;

    private static DateTimeOffset? SupervisionDue(StoredCall call) => Earlier(call.Supervision?.Deadline, call.Supervision?.RepeatAt);
}
