using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Trunks;

namespace CallCluster.Grains.Calls;

/// <summary>
/// The way to the party who is called to be the caller, leg 0: through one trunk after another, as for a destination outside (Outbound). An agent who was rung first waits on the line meanwhile.
/// Each attempt takes a number of its own, which is the channel's leg at the TrunkGrain: leg 0 there is a caller who came.
/// </summary>
public sealed partial class CallMachine
{
    private void CallCaller(StoredCall call)
    {
        var to = CallersAddress(call);
        Step(call, $"calling {to}");
        call.CallerWay = new OutboundCall { To = to.ToString(), Rest = [.. Routing.Outbound.TrunksFor(to)] };
        if (call.CallerWay.Rest.Length == 0)
        {
            Step(call, $"no route in Outbound:Routes fits {to}");
            OnCallerNotReached("no route", call);
            return;
        }
        LetAgentHearRinging(call);
        TryNextCallersTrunk("no trunk", call);
    }

    private void TryNextCallersTrunk(string reason, StoredCall call)
    {
        if (call.CallerWay!.Rest.Length == 0)
        {
            OnCallerNotReached(reason, call);
            return;
        }
        Enter(CallPhase.AcquiringCallersTrunk, call, TrunkPatience);
        call.CallerWay = call.CallerWay.Next(++call.LastLeg);
        AskForCallersTrunk(call);
    }

    private void AskForCallersTrunk(StoredCall call)
    {
        ToTrunk(call.CallerWay!.Trunk, new AcquireChannel(CallId, call.CallerWay.Leg));
        call.RepeatAt = _now + AskForChannelEvery;
    }

    private void OnCallersTrunkGranted(ChannelGranted granted, StoredCall call)
    {
        if (call.Phase != CallPhase.AcquiringCallersTrunk)
        {
            TellCallersWay(granted.Trunk, granted.Leg, call);
            return;
        }
        Enter(CallPhase.DiallingCaller, call, CallersRingTimeout(call));
        call.CallerWay = call.CallerWay! with { DialledAt = _now };
        call.CallerGone = false;
        call.NetworkCause = null;
        Step(call, $"dialling through {granted.Trunk}");
        DialCaller(call);
    }

    private void OnCallersTrunkRefused(ChannelRefused refused, StoredCall call)
    {
        if (call.Phase == CallPhase.AcquiringCallersTrunk) LeaveCallersTrunk($"{refused.Trunk}: {WhyNot(refused.Why)}", call);
        else TellCallersWay(refused.Trunk, refused.Leg, call);
    }

    private TimeSpan CallersRingTimeout(StoredCall call) =>
        call.Offer.Placed is { } placed ? placed.Timeout ?? Routing.Outbound.RingTimeout : (CallbackOf(call) ?? new CallbackOptions()).RingTimeout;

    private void DialCaller(StoredCall call)
    {
        var way = call.CallerWay!;
        Send(new Dial(way.Leg, way.Trunk, way.To, call.Offer.Placed?.CallerId ?? Routing.Outbound.CallerId ?? call.Offer.Dialled, null) { AsCaller = true });
    }

    private void OnCallerRings(StoredCall call)
    {
        if (call is not { Phase: CallPhase.DiallingCaller, CallerWay.HasRung: false }) return;
        call.CallerWay = call.CallerWay with { HasRung = true };
        _effects.Persist();
    }

    /// <summary>From here on it is a call like another.</summary>
    private void OnCallerReached(StoredCall call)
    {
        call.AnsweredAt = _now;
        Step(call, $"{call.CallerWay!.To} answered");
        if (call.Agent is { Leg: not 0 }) Connect(call);
        else Route(call.Offer.Destination, call);
    }

    private void OnCallerRingsTooLong(StoredCall call)
    {
        Step(call, $"{call.CallerWay!.To} did not answer");
        OnCallerNotReached("no answer", call);
    }

    /// <summary>The leg is gone: only its channel is left to give back.</summary>
    private void OnCallerLegEnded(LegEnded ended, StoredCall call)
    {
        var way = call.CallerWay!;
        call.NetworkCause = ended.NetworkCause;
        var what = Attempted(way, ended);
        if (IsTrunksFailure(ended, way.HasRung))
        {
            LeaveCallersTrunk(what, call);
            return;
        }
        Step(call, what);
        if (ended.Cause == LegEndCause.EdgeLost) OnEdgeLostBeforeCaller(call);
        else OnCallerNotReached(ended.Reason ?? "not reached", call);
    }

    private void LeaveCallersTrunk(string why, StoredCall call)
    {
        Step(call, why);
        ToTrunk(call.CallerWay!.Trunk, new ReleaseChannel(CallId, call.CallerWay.Leg));
        TryNextCallersTrunk("no trunk reached them", call);
    }

    private void OnCallerNotReached(string reason, StoredCall call)
    {
        if (call.Callback is not null)
        {
            OnCallbackNotReached(call);
            return;
        }
        call.EndStatus = 480;
        call.EndReason = reason;
        End(CallOutcome.NotReached, "callee", LeaveReason.Gone, call);
    }

    /// <summary>The agent who was rung first hangs up before the caller has answered.</summary>
    private void OnWaitingAgentEnded(LegEnded ended, StoredCall call)
    {
        Step(call, ended.Cause == LegEndCause.RemoteHangup ? $"{call.Agent!.AgentId} hung up before {call.CallerWay!.To} answered" : $"{call.Agent!.AgentId}'s leg ended: {ended.Cause}");
        call.Agent = call.Agent! with { Leg = 0 };
        if (call.Callback is not null)
        {
            CallBackLater("the caller keeps the place", passOver: true, call);
            return;
        }
        call.EndStatus = 487;
        call.EndReason = "agent hung up";
        End(CallOutcome.NotReached, EndedBy(ended.Cause, "agent"), LeaveReason.Gone, call);
    }

    /// <summary>A leg 0 that the state does not know: the incarnation that dialled could not store it.</summary>
    private void TakeOverCallersLeg(LegSnapshot leg, StoredCall call)
    {
        if (call.CallerWay is not { } way) return;
        if (way.Leg != leg.Attempt || way.Trunk != leg.Trunk) ToTrunk(way.Trunk, new ReleaseChannel(CallId, way.Leg));
        call.LastLeg = Math.Max(call.LastLeg, leg.Attempt);
        call.CallerWay = way with { Trunk = leg.Trunk ?? way.Trunk, Leg = leg.Attempt, DialledAt = _now };
        call.CallerGone = false;
        Enter(CallPhase.DiallingCaller, call, CallersRingTimeout(call));
    }

    private void ResumeCallersWay(StoredCall call)
    {
        LetAgentHearRinging(call);
        if (call.Phase == CallPhase.DiallingCaller) DialCaller(call);
    }

    private void LetAgentHearRinging(StoredCall call)
    {
        if (call.Agent is { Leg: not 0 } agent) Send(new Play(agent.Leg, Stamp(0), ["ringback"], call.Language, Loop: true, StopOnDigit: false));
    }

    private void ReleaseCallersTrunk(StoredCall call)
    {
        if (call.CallerWay is { } way) ToTrunk(way.Trunk, new ReleaseChannel(CallId, way.Leg));
    }

    /// <summary>Tells a trunk how the call stands to the channel of an attempt.</summary>
    private void TellCallersWay(string trunk, int leg, StoredCall call)
    {
        var isCurrent = call.CallerWay is { } way && way.Leg == leg && way.Trunk == trunk;
        ToTrunk(trunk, call.Phase switch
        {
            CallPhase.AcquiringCallersTrunk when isCurrent => new AcquireChannel(CallId, leg),
            not CallPhase.Ended when isCurrent && !call.CallerGone => new ChannelHeld(CallId, leg),
            _ => new ReleaseChannel(CallId, leg),
        });
    }
}
