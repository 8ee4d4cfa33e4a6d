using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Trunks;

namespace CallCluster.Grains.Calls;

/// <summary>
/// After a crash of either side. The edge is the truth about live legs: what it attaches is taken over, and what the call holds elsewhere is asserted
/// again (PROTOCOL rule 15). A call that knows nothing waits one sweep for an attach before it says so.
/// </summary>
public sealed partial class CallMachine
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(40);

    /// <summary>A leg that an attach does not show is believed gone only when its command is older than a batch can be under way.</summary>
    private static readonly TimeSpan CommandSurelyArrived = TimeSpan.FromSeconds(10);

    /// <summary>Who asked about a call that nothing is known of.</summary>
    private readonly List<CallMessage> _inquiries = [];

    /// <summary>What asks the edge to attach a call that nothing is known of; null when nothing does.</summary>
    private CallCommands? _asking;

    private DateTimeOffset? InquiriesDue => _inquiries.Count == 0 ? null : _activatedAt + Sweep;

    /// <summary>Begins the state from an event that can begin it; false for any other.</summary>
    private bool Learn(CallEvent happened, EdgeEvents batch)
    {
        switch (happened)
        {
            case CallOffered offered:
                var call = Know(offered.Offer, batch);
                // A copy of the offer after a crash that could not store: legs have been used.
                if (batch.Incarnation > 0) call.LastLeg = FreshLegs(call);
                call.Incarnation = Stamp(batch.Incarnation);
                _heard = true;
                var from = call.Offer.Trunk is { } trunk ? $"through {trunk}" : $"by {call.Offer.CallingAgent}";
                Step(call, $"call to {call.Offer.Dialled} {from}");
                if (call.Offer.Trunk is null) Route(call.Offer.Destination, call);
                else
                {
                    call.Deadline = _now + TrunkPatience;
                    AskForChannel(call);
                }
                return true;
            case CallAttached attached:
                Adopt(attached, batch.Incarnation, Know(attached.Offer, batch));
                return true;
            default:
                return false;
        }
    }

    private StoredCall Know(CallOffer offer, EdgeEvents batch)
    {
        StopAsking();
        State = new StoredCall { Offer = offer, EdgeId = batch.EdgeId, Epoch = batch.Epoch, Destination = offer.Destination };
        _lastHeard = _now;
        _doubtAt = _now + EdgeSilence;
        return State;
    }

    /// <summary>A call whose state is lost goes on from its legs; its place is that of the INVITE's arrival.</summary>
    private void Adopt(CallAttached attached, long incarnation, StoredCall call)
    {
        Step(call, $"call to {call.Offer.Dialled} taken over from edge {call.EdgeId}: its state was lost");
        call.Incarnation = Stamp(incarnation);
        call.Version = Stamp(0);
        call.FirstQueuedAt = call.Offer.ReceivedAt;
        var caller = Find(0, attached);
        call.CallerGone = caller is null;
        if (caller is { Attempt: not 0 and var attempt }) call.CallerWay = new OutboundCall { To = CallersAddress(call).ToString(), Trunk = caller.Trunk ?? "", Leg = call.LastLeg = attempt, DialledAt = _now };
        call.CallingAgentLeft = caller?.To is not null;
        if (caller?.State == LegState.Answered) call.AnsweredAt = call.Offer.ReceivedAt;
        foreach (var leg in attached.Legs)
        {
            if (leg.Leg == 0) continue;
            call.LastLeg = Math.Max(call.LastLeg, leg.Leg);
            if (leg.State == LegState.Ended) continue;
            var isFirst = caller is not null && leg is { State: LegState.Answered, IsSupervisor: false } && CalledLeg(call) == 0;
            if (isFirst && leg is { AgentId: { } agentId, OfferId: { } offerId }) call.Agent = new AgentOffer { AgentId = agentId, OfferId = offerId, Leg = leg.Leg, CalledAt = _now };
            else if (isFirst && leg is { Trunk: { } trunk, To: { } to }) call.Outbound = new OutboundCall { To = to, Trunk = trunk, Leg = leg.Leg, DialledAt = _now };
            else Drop(leg, call);
        }
        // The flow's choice is lost with the state; a number that leads to a queue tells it.
        if (call.Agent is not null && Destination.TryParse(call.Offer.Destination, out var destination) && destination.Kind == DestinationKind.Queue) call.Queue = destination.Queue;
        if (caller is null) OnCallerGone(new LegEnded(0, LegEndCause.EdgeLost, null, "ended while its state was lost"), call);
        else if (caller is { Attempt: not 0, State: not LegState.Answered }) Enter(CallPhase.DiallingCaller, call, CallersRingTimeout(call));
        else if (call.Agent is not null) Connect(call);
        else if (call.Outbound is not null) OnOutboundAnswered(call);
        else Route(call.Offer.Destination, call);
        if (call.Phase == CallPhase.Connected) TellAgent(call);
        TellTrunks(call);
        foreach (var inquiry in _inquiries) Dispatch(inquiry, call);
        _inquiries.Clear();
    }

    private void OnAttached(CallAttached attached, StoredCall call)
    {
        if (call is { Phase: CallPhase.Ended, Forgotten: true })
        {
            ForgetAgain(call);
            return;
        }
        TakeOverCallback(attached, call);
        CompareCaller(attached, call);
        if (Find(0, attached) is null && !call.CallerGone && !IsDialUnderWay(attached, call)) OnLegEnded(new LegEnded(0, LegEndCause.EdgeLost, null, "unknown to the edge"), call);
        if (call.Phase != CallPhase.Ended && Find(0, attached)?.To is { } by && !call.CallingAgentLeft) OnLegReplaced(new LegReplaced(0, by), call);
        call.Closing.RemoveAll(leg => Find(leg, attached) is null && !IsCalled(leg, call));
        foreach (var agent in AllRinging(call))
            if (agent.Leg != 0 && call.Phase != CallPhase.Ended && OfferOn(agent.Leg, call) is not null) CompareCalled(agent.Leg, agent.CalledAt, attached, call);
        if (call.Outbound is { DialledAt: { } dialledAt } outbound && call.Phase != CallPhase.Ended) CompareCalled(outbound.Leg, dialledAt, attached, call);
        OnSupervisorAttached(attached, call);
        foreach (var leg in attached.Legs)
        {
            if (leg.Leg == 0 || leg.State == LegState.Ended || IsCalled(leg.Leg, call) || call.Supervision?.Leg == leg.Leg || call.Closing.Contains(leg.Leg)) continue;
            if (call.Phase == CallPhase.Queued && leg is { State: LegState.Answered, BridgedTo: 0, IsSupervisor: false, AgentId: { } agentId, OfferId: { } offerId })
            {
                // They talk already: the incarnation that joined them could not store it.
                call.Agent = new AgentOffer { AgentId = agentId, OfferId = offerId, Queue = call.Queue, Leg = leg.Leg, CalledAt = _now };
                Connect(call);
            }
            else Drop(leg, call);
        }
        if (_pending.Count > 0) Resend();
        if (call.Phase == CallPhase.Ended) return;
        if (call.Phase != CallPhase.AcquiringChannel) TellTrunks(call);
        if (call.Queue is { } queue && call.LeftBy is null) TellQueue(queue, call);
        if (call.Phase is CallPhase.Ringing or CallPhase.FindingEdge || IsTalking(call) || IsCallingCaller(call)) TellAgent(call);
        TellSupervisor(call);
    }

    /// <summary>What the edge says of the leg of a caller whom we call.</summary>
    private void CompareCaller(CallAttached attached, StoredCall call)
    {
        if (Find(0, attached) is not { Attempt: not 0 } leg || call.Phase == CallPhase.Ended) return;
        if (IsCallingCaller(call) && (call.CallerGone || call.CallerWay?.Leg < leg.Attempt)) TakeOverCallersLeg(leg, call);
        if (call.Phase == CallPhase.DiallingCaller && leg.State == LegState.Answered) OnLegAnswered(0, call);
    }

    private bool IsDialUnderWay(CallAttached attached, StoredCall call) =>
        call is { Phase: CallPhase.DiallingCaller, CallerWay.DialledAt: { } dialledAt } && !IsToldEnded(0, attached) && dialledAt + CommandSurelyArrived >= _now;

    /// <summary>What the edge says of a leg that the call has.</summary>
    private void CompareCalled(int called, DateTimeOffset calledAt, CallAttached attached, StoredCall call)
    {
        var leg = Find(called, attached);
        if (leg is null && (IsToldEnded(called, attached) || calledAt + CommandSurelyArrived < _now))
            OnLegEnded(new LegEnded(called, LegEndCause.Failed, null, "unknown to the edge"), call);
        else if (leg is { State: LegState.Answered, AgentId: null, To: { } by } && OfferOn(called, call) is not null) OnLegReplaced(new LegReplaced(called, by), call);
        else if (leg?.State == LegState.Answered) OnLegAnswered(called, call);
    }

    private static bool IsCalled(int leg, StoredCall call) => OfferOn(leg, call) is not null || call.Outbound is { DialledAt: not null } outbound && outbound.Leg == leg;

    /// <summary>A leg that this call does not need: called by an incarnation that could not store it.</summary>
    private void Drop(LegSnapshot leg, StoredCall call)
    {
        HangUpCalled(leg.Leg, 487, "no longer needed", call);
        if (leg is { AgentId: { } agentId, OfferId: { } offerId } && offerId != call.Agent?.OfferId)
            _effects.ToAgent(agentId, new AgentReleased(CallId, offerId, TimeSpan.Zero));
        if (leg.Trunk is { } trunk && leg.Leg != call.Outbound?.Leg) ToTrunk(trunk, new ReleaseChannel(CallId, leg.Leg));
    }

    private static bool IsToldEnded(int leg, CallAttached attached) => Array.Exists(attached.Legs, snapshot => snapshot.Leg == leg);

    private static LegSnapshot? Find(int leg, CallAttached attached)
    {
        foreach (var snapshot in attached.Legs)
            if (snapshot.Leg == leg && snapshot.State != LegState.Ended) return snapshot;
        return null;
    }

    /// <summary>Events of a call that nothing is known of: a new incarnation that says so makes the edge attach.</summary>
    private void AskToAttach(EdgeEvents batch)
    {
        _asking = new CallCommands(CallId, batch.Epoch, Stamp(batch.Incarnation), []) { KnowsNothing = true };
        _resendEvery = FirstResend;
        Ask(_asking);
    }

    /// <summary>Until the edge attaches, or for so long that its own sweep soon does: what was acknowledged to the activation before is known to it alone, and it may die.</summary>
    private void AskAgainToAttach()
    {
        if (_asking is null || _resendAt > _now) return;
        _resendEvery *= 2;
        if (_resendEvery <= SlowestResend) Ask(_asking);
        else StopAsking();
    }

    private void Ask(CallCommands asking)
    {
        _effects.Command(asking);
        _resendAt = _now + _resendEvery;
    }

    private void StopAsking() => (_asking, _resendAt, _resendEvery) = (null, null, FirstResend);

    private void OnCallUnknown(EdgeEvents batch)
    {
        if (State is not { } call)
        {
            StopAsking();
            _effects.Clear();
            return;
        }
        if (batch.EdgeId == call.EdgeId && batch.Epoch >= call.Epoch) OnEdgeLost(call.EdgeId, call);
    }

    private void HandleUnknown(CallMessage message)
    {
        switch (message)
        {
            case AgentReserved reserved:
                // Should the call live after all, its attach queues it again by a higher version.
                _effects.ToAgent(reserved.AgentId, new OfferDeclined(CallId, reserved.OfferId));
                if (reserved.Queue is { } queue) _effects.ToQueue(queue, new Leave(CallId, Stamp(0), LeaveReason.Gone));
                break;
            case AgentInquiry or QueueInquiry or ChannelInquiry or CallbackAwaited:
                if (!_inquiries.Contains(message)) _inquiries.Add(message);
                AnswerInquiries();
                break;
        }
        ClearUnknown();
    }

    private void AnswerInquiries()
    {
        if (_activatedAt + Sweep > _now) return;
        if (_inquiries.Find(inquiry => inquiry is CallbackAwaited) is CallbackAwaited awaited)
        {
            _inquiries.Clear();
            BeginKeptCallback(awaited);
            return;
        }
        foreach (var inquiry in _inquiries)
        {
            switch (inquiry)
            {
                case AgentInquiry agent: _effects.ToAgent(agent.AgentId, new AgentReleased(CallId, agent.OfferId, TimeSpan.Zero)); break;
                case QueueInquiry queue: _effects.ToQueue(queue.Queue, new Leave(CallId, Stamp(0), LeaveReason.Gone)); break;
                case ChannelInquiry channel: _effects.ToTrunk(channel.Trunk, new ReleaseChannel(CallId, channel.Leg)); break;
            }
        }
        _inquiries.Clear();
        ClearUnknown();
    }

    /// <summary>Nobody is to be answered or asked about a call that nothing is known of.</summary>
    private void ClearUnknown()
    {
        if (_inquiries.Count == 0 && _asking is null && State is null) _effects.Clear();
    }
}
