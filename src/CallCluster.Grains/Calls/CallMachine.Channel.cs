using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Trunks;

namespace CallCluster.Grains.Calls;

/// <summary>The trunk's channel: asked for first, and nothing else is done until it is granted.</summary>
public sealed partial class CallMachine
{
    private static readonly TimeSpan AskForChannelEvery = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan TrunkPatience = TimeSpan.FromSeconds(1);

    private void AskForChannel(StoredCall call)
    {
        if (call.Offer.Trunk is not { } trunk) return;
        _effects.ToTrunk(trunk, new AcquireChannel(CallId));
        call.RepeatAt = _now + AskForChannelEvery;
    }

    private void OnChannelGranted(ChannelGranted granted, StoredCall call)
    {
        if (granted.Leg != 0 && call.CallerWay?.Leg == granted.Leg) OnCallersTrunkGranted(granted, call);
        else if (granted.Leg != 0) OnTrunkGranted(granted, call);
        else if (call.Phase == CallPhase.AcquiringChannel) Route(call.Offer.Destination, call);
        else if (call.Phase == CallPhase.Ended) TellTrunks(call);
    }

    private void OnChannelRefused(ChannelRefused refused, StoredCall call)
    {
        if (refused.Leg != 0)
        {
            if (call.CallerWay?.Leg == refused.Leg) OnCallersTrunkRefused(refused, call);
            else OnTrunkRefused(refused, call);
            return;
        }
        if (call.Phase != CallPhase.AcquiringChannel)
        {
            // Too late: the call went on while the trunk was silent, and exists.
            TellTrunks(call);
            return;
        }
        Step(call, $"no channel on {refused.Trunk}: {WhyNot(refused.Why)}");
        call.RetryAfter = refused.RetryAfter;
        Refuse(503, WhyNot(refused.Why), call);
    }

    /// <summary>A silent TrunkGrain refuses no calls: the channel is claimed, now and at each attach.</summary>
    private void OnTrunkSilent(StoredCall call)
    {
        Step(call, $"{call.Offer.Trunk} did not say whether a channel is free: going on");
        Route(call.Offer.Destination, call);
        TellTrunks(call);
    }

    private void OnChannelInquiry(ChannelInquiry inquiry, StoredCall call)
    {
        if (inquiry.Leg == 0) TellCallersTrunk(call);
        else if (call.CallerWay?.Leg == inquiry.Leg) TellCallersWay(inquiry.Trunk, inquiry.Leg, call);
        else TellTrunk(inquiry.Trunk, inquiry.Leg, call);
    }

    /// <summary>Tells the trunks of both sides how the call stands to their channels.</summary>
    private void TellTrunks(StoredCall call)
    {
        TellCallersTrunk(call);
        if (call.CallerWay is { } way) TellCallersWay(way.Trunk, way.Leg, call);
        if (call.Outbound is { } outbound) TellTrunk(outbound.Trunk, outbound.Leg, call);
    }

    private void TellCallersTrunk(StoredCall call)
    {
        if (call.Offer.Trunk is not { } trunk) return;
        _effects.ToTrunk(trunk, call.Phase switch
        {
            _ when call.Phase == CallPhase.Ended || call.CallerGone || call.CallerWay is not null => new ReleaseChannel(CallId), // who is called back has given it back
            CallPhase.AcquiringChannel => new AcquireChannel(CallId),
            _ => new ChannelHeld(CallId),
        });
    }
}
