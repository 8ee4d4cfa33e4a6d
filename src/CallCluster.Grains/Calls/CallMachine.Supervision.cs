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
        Ask(now, effects, call => Supervise(supervisor, mode, call));

    /// <summary>Takes the supervisor out; the others talk on.</summary>
    public SuperviseStatus EndSupervision(DateTimeOffset now, Effects effects) => Ask(now, effects, call =>
    {
        if (call.Supervision is not { } supervision) return SuperviseStatus.NotSupervised;
        Step(call, $"supervision by {supervision.AgentId} ended");
        EndSupervision("supervision ended", call);
        return SuperviseStatus.Accepted;
    });

    private SuperviseStatus Ask(DateTimeOffset now, Effects effects, Func<StoredCall, SuperviseStatus> ask)
    {
        Begin(now, effects);
        if (Superseded || State is not { Phase: not CallPhase.Ended } call) return SuperviseStatus.UnknownCall;
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
            call.Supervision = current with { Mode = mode };
            Step(call, $"{supervisor} supervises: {mode}");
            _effects.Persist();
            if (current.Joined is not null) JoinAudio(call);
            return SuperviseStatus.Accepted;
        }
        if (!Routing.Agents.ContainsKey(supervisor)) return SuperviseStatus.UnknownSupervisor;
        if (call.Agent?.AgentId == supervisor) return SuperviseStatus.OwnCall;
        if (call.Phase != CallPhase.Connected) return SuperviseStatus.NotConnected;
        call.Version = Stamp(call.Version);
        call.Supervision = new Supervision { AgentId = supervisor, OfferId = $"{CallId}/supervisor:{supervisor}/{call.Version}", Mode = mode, Deadline = _now + AgentPatience };
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
        if (call.Supervision!.Joined is not null)
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
        if (supervision.Joined is not null) return;
        call.Supervision = supervision with { Joined = CalledLeg(call), Deadline = null };
        Step(call, $"{supervision.AgentId} supervises: {supervision.Mode}");
        _effects.Persist();
        _effects.ToAgent(supervision.AgentId, new AgentAnswered(CallId, supervision.OfferId));
        JoinAudio(call);
    }

    private void OnSupervisorEnded(LegEnded ended, StoredCall call)
    {
        var supervision = call.Supervision!;
        var joined = supervision.Joined is not null;
        call.Supervision = null;
        Step(call, joined ? $"{supervision.AgentId} stopped supervising" : $"{supervision.AgentId} did not come to supervise: {ended.Cause}");
        _effects.Persist();
        _effects.ToAgent(supervision.AgentId,
            joined ? new AgentReleased(CallId, supervision.OfferId, TimeSpan.Zero) : new AgentDidNotAnswer(CallId, supervision.OfferId, ended.Cause));
        if (joined) JoinAudio(call);
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
        if (supervision is { Joined: { } joined } && IsTalking(call) && CalledLeg(call) == joined) JoinAudio(call);
        if (supervision.Leg != 0) HangUpCalled(supervision.Leg, supervision.Joined is null ? 487 : 200, reason, call);
        _effects.ToAgent(supervision.AgentId, new AgentReleased(CallId, supervision.OfferId, TimeSpan.Zero));
    }

    /// <summary>At the end of each turn: a supervision lasts as long as the conversation that it was asked for.</summary>
    private void CheckSupervision(StoredCall call)
    {
        if (call.Supervision is not { } supervision) return;
        var called = CalledLeg(call);
        if (!IsTalking(call) || called == 0 || (supervision.Joined is { } joined && joined != called)) EndSupervision("conversation ended", call);
    }

    /// <summary>Tells the supervisor's AgentGrain how the call stands to it.</summary>
    private void TellSupervisor(StoredCall call)
    {
        if (call.Supervision is not { } supervision) return;
        if (supervision.Leg == 0) AskForSupervisor(call);
        else _effects.ToAgent(supervision.AgentId, new AgentStillBusy(CallId, supervision.OfferId, supervision.Joined is not null));
    }

    private void OnSupervisorAttached(CallAttached attached, StoredCall call)
    {
        if (call.Supervision is not { Leg: not 0 and var number } supervision) return;
        var leg = Find(number, attached);
        if (leg is null && (IsToldEnded(number, attached) || supervision.CalledAt + CommandSurelyArrived < _now))
            OnSupervisorEnded(new LegEnded(number, LegEndCause.Failed, null, "unknown to the edge"), call);
        else if (leg?.State == LegState.Answered) OnSupervisorAnswered(call);
    }

    /// <summary>The audio of the conversation: bridged, or mixed with a supervisor's.</summary>
    private void JoinAudio(StoredCall call)
    {
        var called = CalledLeg(call);
        if (called == 0) return;
        if (call.Supervision is { Joined: not null } supervision) Send(new MixLegs(supervision.Hearings(called)));
        else Send(new BridgeLegs(0, called));
    }

    private void ResumeConversation(StoredCall call)
    {
        if (call.Supervision is { Leg: not 0, Joined: null }) CallSupervisor(call);
        JoinAudio(call);
    }

    private static DateTimeOffset? SupervisionDue(StoredCall call) => Earlier(call.Supervision?.Deadline, call.Supervision?.RepeatAt);
}
