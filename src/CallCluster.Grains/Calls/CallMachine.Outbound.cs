using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Trunks;

namespace CallCluster.Grains.Calls;

/// <summary>
/// Destinations outside (tel:, sip:): a trunk's channel first, then the call; the next trunk when one lends no channel or does not reach the called party. A silent
/// TrunkGrain lends nothing: unlike a caller who is there already, an outbound call costs money.
/// </summary>
public sealed partial class CallMachine
{
    private void EnterOutbound(Destination to, StoredCall call)
    {
        var trunks = Routing.Outbound.TrunksFor(to);
        Step(call, $"calling {to}");
        if (trunks.Count == 0)
        {
            Step(call, $"no route in Outbound:Routes fits {to}");
            NotReached(404, "no route", call);
            return;
        }
        call.Outbound = new OutboundCall { To = to.ToString(), Rest = [.. trunks] };
        TryNextTrunk(503, "no trunk", call);
    }

    /// <param name="status">What the caller is told when no trunk is left.</param>
    /// <param name="reason">Why the one before failed.</param>
    /// <param name="call">The call.</param>
    private void TryNextTrunk(int status, string reason, StoredCall call)
    {
        var outbound = call.Outbound!;
        if (outbound.Rest.Length == 0)
        {
            NotReached(status, reason, call);
            return;
        }
        Enter(CallPhase.AcquiringTrunk, call, TrunkPatience);
        call.Outbound = outbound.Next(++call.LastLeg);
        AskForTrunk(call);
    }

    private void AskForTrunk(StoredCall call)
    {
        ToTrunk(call.Outbound!.Trunk, new AcquireChannel(CallId, call.Outbound.Leg));
        call.RepeatAt = _now + AskForChannelEvery;
    }

    private void OnTrunkGranted(ChannelGranted granted, StoredCall call)
    {
        if (call.Phase != CallPhase.AcquiringTrunk || call.Outbound?.Leg != granted.Leg)
        {
            TellTrunk(granted.Trunk, granted.Leg, call);
            return;
        }
        Enter(CallPhase.Dialling, call, Routing.Outbound.RingTimeout);
        call.Outbound = call.Outbound with { DialledAt = _now };
        call.NetworkCause = null; // that of a trunk before this one
        Step(call, $"dialling through {granted.Trunk}");
        DialOut(call);
    }

    private void OnTrunkRefused(ChannelRefused refused, StoredCall call)
    {
        if (call.Phase == CallPhase.AcquiringTrunk && call.Outbound?.Leg == refused.Leg) LeaveTrunk(503, $"{refused.Trunk}: {WhyNot(refused.Why)}", call);
        else TellTrunk(refused.Trunk, refused.Leg, call);
    }

    private void OnTrunkMute(StoredCall call) => LeaveTrunk(503, $"{call.Outbound!.Trunk} did not say whether a channel is free", call);

    private void DialOut(StoredCall call)
    {
        var outbound = call.Outbound!;
        var ownNumber = Routing.Outbound.CallerId;
        Send(new Dial(outbound.Leg, outbound.Trunk, outbound.To, ownNumber ?? call.Offer.Caller, ownNumber is null ? call.Offer.CallerName : null));
    }

    private void OnLegRinging(int leg, StoredCall call)
    {
        if (leg == 0) OnCallerRings(call);
        if (call.Phase != CallPhase.Dialling || call.Outbound?.Leg != leg || call.Outbound.HasRung) return;
        call.Outbound = call.Outbound with { HasRung = true };
        _effects.Persist();
        // Whom an agent transfers talks with the agent, or hears music.
        if (call.Transfer is not null) return;
        if (call.AnsweredAt is null) Send(new SendRinging());
        else Send(new Play(0, Stamp(0), ["ringback"], call.Language, Loop: true, StopOnDigit: false));
    }

    private void OnOutboundAnswered(StoredCall call)
    {
        var outbound = call.Outbound!;
        if (call.Transfer is { } transfer)
        {
            call.Destination = outbound.To;
            LetGoOfAgent(transfer.Leg, call);
        }
        Join(outbound.Leg, $"{outbound.To} through {outbound.Trunk}", call);
    }

    private void OnRingsTooLong(StoredCall call)
    {
        var outbound = call.Outbound!;
        Step(call, $"{outbound.To} did not answer");
        NotReached(480, "no answer", call);
    }

    /// <summary>The end of a call that only wanted to get there; whom an agent transfers there is where they were.</summary>
    private void NotReached(int status, string reason, StoredCall call)
    {
        if (call is { Transfer: null, IsRedirected: false })
        {
            Refuse(status, reason, call);
            return;
        }
        ReleaseOutbound(call);
        call.Outbound = null;
        call.NetworkCause = null;
        if (call.Transfer is null) GoBack(null, call);
        else OnTransferFailed(status, reason, call);
    }

    private void OnOutboundEnded(LegEnded ended, StoredCall call)
    {
        // The leg is gone: only its channel is left to give back.
        var outbound = call.Outbound = call.Outbound! with { DialledAt = null };
        call.NetworkCause = ended.NetworkCause;
        if (call.Phase == CallPhase.Connected)
        {
            Step(call, ended.Cause == LegEndCause.RemoteHangup ? $"{outbound.To} hung up" : $"the leg to {outbound.To} ended: {ended.Cause}");
            call.EndStatus = 200;
            call.EndReason = "called party hung up";
            End(CallOutcome.Answered, EndedBy(ended.Cause, "callee"), LeaveReason.Gone, call);
            return;
        }
        var what = Attempted(outbound, ended);
        if (IsTrunksFailure(ended, outbound.HasRung))
        {
            LeaveTrunk(503, what, call);
            return;
        }
        Step(call, what);
        NotReached(StatusFor(ended), "not reached", call);
    }

    private static string Attempted(OutboundCall way, LegEnded ended) =>
        $"{way.To} through {way.Trunk}: {ended.SipStatus?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? ended.Cause.ToString()}";

    /// <summary>Failures that say nothing about the called party: no response, a time-out, 5xx, a refusal of our credentials or of our offer, which each trunk's own policy makes; none once it has rung there.</summary>
    private static bool IsTrunksFailure(LegEnded ended, bool hasRung) => !hasRung && ended.Cause switch
    {
        LegEndCause.Failed => true,
        LegEndCause.NoAnswer => ended.SipStatus is null or 408,
        LegEndCause.Rejected => ended.SipStatus is 401 or 407 or 488,
        _ => false,
    };

    private static int StatusFor(LegEnded ended) => ended switch
    {
        { Cause: LegEndCause.Busy } => 486,
        { Cause: LegEndCause.Rejected, SipStatus: { } status and >= 400 and < 700 } => status,
        _ => 480,
    };

    /// <summary>Gives the channel of the trunk that is tried back and turns to the next.</summary>
    private void LeaveTrunk(int status, string why, StoredCall call)
    {
        Step(call, why);
        ToTrunk(call.Outbound!.Trunk, new ReleaseChannel(CallId, call.Outbound.Leg));
        TryNextTrunk(status, "no trunk reached the destination", call);
    }

    /// <summary>Nothing stays dialled, no channel held.</summary>
    private void ReleaseOutbound(StoredCall call)
    {
        if (call.Outbound is not { } outbound) return;
        if (outbound.DialledAt is not null)
            HangUpCalled(outbound.Leg, call.Phase == CallPhase.Connected ? 200 : UnansweredStatus(call), call.CallerGone ? "caller hung up" : "call ended", call, call.NetworkCause);
        ToTrunk(outbound.Trunk, new ReleaseChannel(CallId, outbound.Leg));
    }

    /// <summary>Tells a trunk how the call stands to the channel of a leg.</summary>
    private void TellTrunk(string trunk, int leg, StoredCall call)
    {
        TrunkMessage word = call.Outbound is { } outbound && outbound.Leg == leg && outbound.Trunk == trunk ? call.Phase switch
        {
            CallPhase.AcquiringTrunk => new AcquireChannel(CallId, leg),
            CallPhase.Dialling or CallPhase.Connected => new ChannelHeld(CallId, leg),
            _ => new ReleaseChannel(CallId, leg),
        }
        : new ReleaseChannel(CallId, leg);
        ToTrunk(trunk, word);
    }

    /// <summary>Nothing when the leg goes through none.</summary>
    private void ToTrunk(string trunk, TrunkMessage message)
    {
        if (trunk.Length > 0) _effects.ToTrunk(trunk, message);
    }

    private static string WhyNot(ChannelRefusal why) => why switch
    {
        ChannelRefusal.InboundInUse => "all inbound channels in use",
        ChannelRefusal.OutboundInUse => "all outbound channels in use",
        ChannelRefusal.Down => "it does not answer",
        ChannelRefusal.TooManyPerSecond => "too many calls per second",
        _ => "all channels in use",
    };
}
