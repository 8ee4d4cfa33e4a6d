using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Calls;

/// <summary>Offers to agents: reserved, consented to, rung, answered, released. One at a time (I2), but for those of RingAll.</summary>
public sealed partial class CallMachine
{
    private static readonly TimeSpan AskForAgentEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AgentPatience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan DirectRingTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long an agent who did not take this call is passed over for it: the next best is rung, or overflow acts.</summary>
    private static readonly TimeSpan PassOver = TimeSpan.FromSeconds(60);

    /// <summary>Of so many the reasons are kept.</summary>
    private const int MostAssignments = 20;

    private string DirectOffers => CallId + "/agent:";

    /// <summary>The id of a reservation that the call asks for, and no queue.</summary>
    private string DirectOffer(string agentId, StoredCall call) => $"{DirectOffers}{agentId}/{call.Version}";

    private void EnterReserving(string agentId, StoredCall call)
    {
        if (!Routing.Agents.ContainsKey(agentId))
        {
            NotConfigured($"agent:{agentId}", call);
            return;
        }
        Enter(CallPhase.Reserving, call, AgentPatience);
        call.Version = Stamp(call.Version);
        call.Agent = new AgentOffer { AgentId = agentId, OfferId = DirectOffer(agentId, call) };
        AskForAgent(call);
    }

    private void AskForAgent(StoredCall call)
    {
        _effects.ToAgent(call.Agent!.AgentId, new Reserve(null, CallId, call.Agent.OfferId));
        call.RepeatAt = _now + AskForAgentEvery;
    }

    private void OnAgentSilent(StoredCall call)
    {
        var agent = call.Agent!;
        Step(call, $"{agent.AgentId} could not be asked");
        if (agent.Queue is null && !call.IsRedirected)
        {
            Refuse(480, "agent unavailable", call);
            return;
        }
        call.Agent = null;
        _effects.ToAgent(agent.AgentId, new OfferDeclined(CallId, agent.OfferId));
        if (agent.Queue is null) GoBack(agent.AgentId, call);
        else EnterQueued(call);
    }

    private void OnAgentReserved(AgentReserved reserved, StoredCall call)
    {
        if (call.Phase == CallPhase.Transferring && call.Transfer!.OfferId == reserved.OfferId)
        {
            OnTransfereeReserved(reserved, call);
        }
        else if (call.Supervision?.OfferId == reserved.OfferId)
        {
            OnSupervisorReserved(reserved, call);
        }
        else if (OfferOf(reserved.OfferId, call) is { } current)
        {
            var asked = current with { Target = reserved.Target };
            if (call.Phase == CallPhase.Reserving && IsCallback(call)) BeginCallback(asked, call);
            else if (call.Phase == CallPhase.Reserving) Ring(asked, call);
            else if (call.Phase is CallPhase.Ringing or CallPhase.FindingEdge) _effects.ToAgent(reserved.AgentId, new OfferAccepted(CallId, reserved.OfferId));
            else TellAgent(call);
        }
        else if (call.Phase == CallPhase.Queued && reserved.Queue == call.Queue && !IsPassedOver(reserved.AgentId, call))
        {
            KeepReason(reserved, call);
            var offer = new AgentOffer { AgentId = reserved.AgentId, OfferId = reserved.OfferId, Queue = reserved.Queue, Target = reserved.Target };
            if (IsCallback(call)) BeginCallback(offer, call);
            else Ring(offer, call);
        }
        else if (MayRingToo(reserved, call))
        {
            KeepReason(reserved, call);
            RingToo(reserved, call);
        }
        else
        {
            _effects.ToAgent(reserved.AgentId, new OfferDeclined(CallId, reserved.OfferId));
            if (reserved.Queue is { } queue) TellQueue(queue, call);
        }
    }

    private void KeepReason(AgentReserved reserved, StoredCall call)
    {
        if (reserved is not { Queue: { } queue, Why: { } why }) return;
        if (call.Assignments.Count == MostAssignments) call.Assignments.RemoveAt(0);
        call.Assignments.Add(new Assignment(_now, queue, reserved.AgentId, why));
    }

    private bool IsPassedOver(string agentId, StoredCall call)
    {
        foreach (var refused in call.RefusedBy)
            if (refused.AgentId == agentId && refused.Until > _now) return true;
        return false;
    }

    /// <summary>Consent: the order is agent's reservation, call's consent, ring (PROTOCOL rule 10).</summary>
    private void Ring(AgentOffer offer, StoredCall call)
    {
        var queue = offer.Queue is { } name && Routing.Queues.TryGetValue(name, out var options) ? options : null;
        Enter(CallPhase.Ringing, call, queue?.RingTimeout ?? DirectRingTimeout);
        call.Agent = offer with { Leg = ++call.LastLeg, CalledAt = _now };
        Step(call, $"ringing {offer.AgentId}");
        _effects.ToAgent(offer.AgentId, new OfferAccepted(CallId, offer.OfferId));
        if (offer.Queue is not null)
        {
            call.Version = Stamp(call.Version);
            TellQueue(offer.Queue, call);
        }
        CallAgent(again: false, call);
    }

    private void CallAgent(bool again, StoredCall call)
    {
        foreach (var offer in AllRinging(call)) CallPhone(offer, call);
        if (call.AnsweredAt is null)
        {
            call.ToldOfWait = false;
            Send(new SendRinging());
        }
        else if (again || !call.ToldOfWait) TellOfWait(call);
    }

    private void CallPhone(AgentOffer offer, StoredCall call) =>
        Send(new Originate(offer.Leg, offer.Target!, offer.AgentId, offer.OfferId, call.Offer.Caller, call.Offer.CallerName, offer.Queue));

    private void OnLegAnswered(int leg, StoredCall call)
    {
        if (call.Phase == CallPhase.Ringing) LetWin(leg, call);
        if (leg == 0 && call.Phase == CallPhase.DiallingCaller) OnCallerReached(call);
        else if (leg == 0) call.AnsweredAt ??= _now;
        else if (call.Agent?.Leg == leg && call.Phase == CallPhase.Ringing && call.CallerGone) CallCaller(call);
        else if (call.Agent?.Leg == leg && call.Phase == CallPhase.Ringing) Connect(call);
        else if (call.Outbound?.Leg == leg && call.Phase == CallPhase.Dialling) OnOutboundAnswered(call);
        else if (call.Supervision?.Leg == leg) OnSupervisorAnswered(call);
        else if (CalledLeg(call) != leg || !(IsTalking(call) || IsCallingCaller(call))) HangUpCalled(leg, IsTalking(call) ? 200 : 487, IsTalking(call) ? AnsweredElsewhere : "answered too late", call);
    }

    private void Connect(StoredCall call)
    {
        var agent = call.Agent!;
        ForgetCallback(call);
        Join(agent.Leg, agent.AgentId, call);
        RecordIfWanted(call);
        var isRemembered = agent.Queue is { } queue && Routing.Queues.TryGetValue(queue, out var options) && options.StickyFor > TimeSpan.Zero && OutboundTarget.IsNumber(call.Offer.Caller);
        _effects.ToAgent(agent.AgentId, new AgentAnswered(CallId, agent.OfferId) { Caller = isRemembered ? new RecentCaller(agent.Queue!, call.Offer.Caller, _now) : null });
        LeaveQueue(LeaveReason.Answered, call);
    }

    private void Join(int leg, string who, StoredCall call)
    {
        Enter(CallPhase.Connected, call);
        call.ConnectedAt ??= _now;
        call.NetworkCause = null;
        Step(call, $"connected with {who}");
        Answer(call);
        Send(new BridgeLegs(0, leg));
    }

    private void OnRingTimeout(StoredCall call)
    {
        foreach (var agent in AllRinging(call))
        {
            if (_heard)
            {
                HangUpCalled(agent.Leg, 408, "no answer", call);
                OnAgentFailed(LegEndCause.NoAnswer, agent, call);
                continue;
            }
            // The edge has not been heard in this activation: the phone may never have rung, which is no fault of the agent's.
            call.Closing.Add(agent.Leg);
            _effects.ToAgent(agent.AgentId, new AgentReleased(CallId, agent.OfferId, TimeSpan.Zero));
            if (!OthersRing(without: agent, call)) GiveUpRinging(480, "agent unavailable", agent, call);
        }
    }

    /// <summary>The agent is not to be had: back to waiting, or over for a call to this agent alone.</summary>
    private void GiveUpRinging(int status, string reason, AgentOffer agent, StoredCall call)
    {
        if (agent.Queue is not null) EnterQueued(call);
        else if (call.ConnectedAt is not null) GoBack(agent.AgentId, call);
        else GoBackOrRefuse(status, reason, agent.AgentId, call);
    }

    /// <summary>The phone did not take the call: the caller keeps the place and waits on.</summary>
    private void OnAgentFailed(LegEndCause cause, AgentOffer agent, StoredCall call)
    {
        _effects.ToAgent(agent.AgentId, new AgentDidNotAnswer(CallId, agent.OfferId, cause));
        Step(call, cause switch
        {
            LegEndCause.Busy => $"{agent.AgentId} is busy",
            LegEndCause.Rejected => $"{agent.AgentId} refused",
            LegEndCause.NoAnswer => $"{agent.AgentId} did not answer",
            _ => $"{agent.AgentId} could not be called",
        });
        if (agent.Queue is not null) call.RefusedBy.Add(new RefusedAgent(agent.AgentId, _now + PassOver));
        if (!OthersRing(without: agent, call)) GiveUpRinging(cause is LegEndCause.Busy ? 486 : 480, "agent did not take the call", agent, call);
    }

    /// <summary>
    /// The agent's phone forwards: the caller goes there, and the agent has refused, so that the phone does not take the queue's next caller away at once. Back to the queue that they come from
    /// is a refusal and nothing else: it is for the next best, and no circle. Other circles end with the number of destinations that a call may have. A caller of a queue whom nobody takes there
    /// goes back to it, at the old place (PROTOCOL rule 11).
    /// </summary>
    private void OnAgentRedirects(string to, AgentOffer agent, StoredCall call)
    {
        Step(call, $"{agent.AgentId}'s phone redirects to {to}");
        // One of several who ring does not take the caller away from the others either; who is rung first, for a caller not called yet, has nobody to send on.
        if (call.CallerGone || (agent.Queue is { } queue && to == $"queue:{queue}") || call.AlsoRinging.Count > 0)
        {
            OnAgentFailed(LegEndCause.Rejected, agent, call);
            return;
        }
        call.Agent = null;
        call.RefusedBy.Add(new RefusedAgent(agent.AgentId, _now + PassOver));
        _effects.ToAgent(agent.AgentId, new AgentDidNotAnswer(CallId, agent.OfferId, LegEndCause.Rejected));
        call.IsRedirected |= call.Queue is not null;
        LeaveQueue(LeaveReason.Gone, call);
        Route(to, call, "Transfer");
    }

    /// <summary>The agent is not, or no longer, reserved: our consent came after the reservation's deadline.</summary>
    private void OnAgentRefused(AgentRefused refused, StoredCall call)
    {
        if (call.Phase == CallPhase.Transferring && call.Transfer!.OfferId == refused.OfferId)
        {
            OnTransferFailed(refused.Presence is nameof(Presence.Busy) or nameof(Presence.WrapUp) ? 486 : 480, $"the agent is {refused.Presence}", call);
            return;
        }
        if (call.Supervision?.OfferId == refused.OfferId)
        {
            OnSupervisorRefused(refused, call);
            return;
        }
        if (OfferOf(refused.OfferId, call) is not { } agent) return;
        switch (call.Phase)
        {
            case CallPhase.Reserving:
                call.Agent = null;
                Step(call, $"{refused.AgentId} is {refused.Presence}");
                if (agent.Queue is not null) EnterQueued(call);
                else GoBackOrRefuse(refused.Presence is nameof(Presence.Busy) or nameof(Presence.WrapUp) ? 486 : 480, $"agent is {refused.Presence}", refused.AgentId, call);
                break;
            case CallPhase.FindingEdge:
                call.Agent = null;
                CallBackLater($"{refused.AgentId} was reserved no longer", passOver: false, call);
                break;
            case CallPhase.Ringing:
                Step(call, $"{refused.AgentId} was reserved no longer");
                HangUpCalled(agent.Leg, 487, "reserved no longer", call);
                if (!OthersRing(without: agent, call)) GiveUpRinging(480, "agent unavailable", agent, call);
                break;
            default:
                TellAgent(call);
                break;
        }
    }

    private void OnAgentInquiry(AgentInquiry inquiry, StoredCall call)
    {
        if (OfferOf(inquiry.OfferId, call) is not null) TellAgent(call);
        else if (call.Supervision?.OfferId == inquiry.OfferId) TellSupervisor(call);
        else _effects.ToAgent(inquiry.AgentId, new AgentReleased(CallId, inquiry.OfferId, TimeSpan.Zero));
    }

    /// <summary>Tells the agent of the current offer, or all who ring, how the call stands to it.</summary>
    private void TellAgent(StoredCall call)
    {
        if (call.Agent is not { } agent) return;
        switch (call.Phase)
        {
            case CallPhase.Reserving: AskForAgent(call); break;
            case CallPhase.Ringing or CallPhase.FindingEdge:
                foreach (var offer in AllRinging(call)) _effects.ToAgent(offer.AgentId, new AgentStillBusy(CallId, offer.OfferId, Answered: false));
                break;
            case not CallPhase.Ended when IsTalking(call) || IsCallingCaller(call):
                _effects.ToAgent(agent.AgentId, new AgentStillBusy(CallId, agent.OfferId, IsTalking(call)));
                break;
            default: _effects.ToAgent(agent.AgentId, new AgentReleased(CallId, agent.OfferId, WrapUp(call))); break;
        }
    }

    private static bool IsTalking(StoredCall call) => call.Phase is CallPhase.Connected or CallPhase.Transferring || call.Transfer is not null;

    private static bool IsCallingCaller(StoredCall call) => call.Phase is CallPhase.AcquiringCallersTrunk or CallPhase.DiallingCaller;

    private TimeSpan WrapUp(StoredCall call)
    {
        var fromQueue = call.ConnectedAt is not null && call.LeftBy == LeaveReason.Answered;
        return fromQueue && Routing.Queues.TryGetValue(call.Queue!, out var options) ? options.WrapUp : TimeSpan.Zero;
    }

    /// <summary>Why a phone that rings is given up: 200 when the caller's side says that somebody else has answered.</summary>
    private static int UnansweredStatus(StoredCall call) => call is { CallerGone: true, EndStatus: 200 } ? 200 : 487;

    private void ReleaseAgent(StoredCall call)
    {
        foreach (var other in call.AlsoRinging) LetGo(other, UnansweredStatus(call), call.CallerGone ? "caller hung up" : "call ended", call);
        call.AlsoRinging.Clear();
        if (call.Agent is not { } agent) return;
        if (agent.Leg != 0) HangUpCalled(agent.Leg, IsTalking(call) ? 200 : UnansweredStatus(call), call.CallerGone ? "caller hung up" : "call ended", call, call.NetworkCause);
        // Who has not consented was not rung.
        if (call.Phase == CallPhase.Reserving) _effects.ToAgent(agent.AgentId, new OfferDeclined(CallId, agent.OfferId));
        else _effects.ToAgent(agent.AgentId, new AgentReleased(CallId, agent.OfferId, WrapUp(call)) { Answered = IsTalking(call) });
    }
}
