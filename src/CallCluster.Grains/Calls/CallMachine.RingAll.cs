using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Calls;

/// <summary>
/// Agents who ring together, where the queue's strategy is RingAll: the first to answer becomes the call's agent, and all others are let go at once, with a Reason that says that somebody else
/// has answered. One who does not take the call ends nothing for the others; when none is left the caller waits on, at the old place.
/// </summary>
public sealed partial class CallMachine
{
    private const string AnsweredElsewhere = "Call completed elsewhere";

    /// <summary>Whether an agent who was reserved while others ring may ring with them: by the same queue, which rings all.</summary>
    private bool MayRingToo(AgentReserved reserved, StoredCall call) => call is { Phase: CallPhase.Ringing, Agent.Queue: { } queue } && reserved.Queue == queue
        && Routing.Queues.TryGetValue(queue, out var options) && options.Strategy == QueueStrategy.RingAll && call.AlsoRinging.Count + 1 < QueueOptions.MostRungTogether
        && !IsPicked(call.Agent) && call.Agent.AgentId != reserved.AgentId && !call.AlsoRinging.Exists(other => other.AgentId == reserved.AgentId) && !IsPassedOver(reserved.AgentId, call);

    /// <summary>Whether the call itself asked for the agent (<see cref="DirectOffer"/>): a supervisor gave the caller to this one.</summary>
    private bool IsPicked(AgentOffer offer) => offer.OfferId.StartsWith(DirectOffers, StringComparison.Ordinal);

    private void RingToo(AgentReserved reserved, StoredCall call)
    {
        var offer = new AgentOffer { AgentId = reserved.AgentId, OfferId = reserved.OfferId, Queue = reserved.Queue, Target = reserved.Target, Leg = ++call.LastLeg, CalledAt = _now };
        call.AlsoRinging.Add(offer);
        Step(call, $"ringing {offer.AgentId}");
        _effects.Persist();
        _effects.ToAgent(offer.AgentId, new OfferAccepted(CallId, offer.OfferId));
        CallPhone(offer, call);
    }

    /// <summary>The offer by which an agent is reserved for, or in, the call; null when it is none of the call's.</summary>
    private static AgentOffer? OfferOf(string offerId, StoredCall call) => call.Agent?.OfferId == offerId ? call.Agent : call.AlsoRinging.Find(offer => offer.OfferId == offerId);

    /// <summary>The offer whose phone is called on the leg; null when there is none.</summary>
    private static AgentOffer? OfferOn(int leg, StoredCall call) => call.Agent?.Leg == leg ? call.Agent : call.AlsoRinging.Find(offer => offer.Leg == leg);

    /// <summary>All whose phones ring.</summary>
    private static AgentOffer[] AllRinging(StoredCall call) => call.Agent is { } agent ? [agent, .. call.AlsoRinging] : [];

    /// <summary>One of those who ring is out; true while others still do.</summary>
    private bool OthersRing(AgentOffer without, StoredCall call)
    {
        if (!call.AlsoRinging.Remove(without))
        {
            call.Agent = call.AlsoRinging is [var next, ..] ? next : null;
            if (call.Agent is not null) call.AlsoRinging.RemoveAt(0);
        }
        _effects.Persist();
        return call.Agent is not null;
    }

    /// <summary>The phone on the leg is the first to answer: its agent is the call's, and the others ring no more.</summary>
    private void LetWin(int leg, StoredCall call)
    {
        if (call.AlsoRinging.Count == 0 || OfferOn(leg, call) is not { } winner) return;
        AgentOffer[] others = [.. AllRinging(call).Where(offer => offer != winner)];
        call.Agent = winner;
        call.AlsoRinging.Clear();
        foreach (var other in others) LetGo(other, 200, AnsweredElsewhere, call);
    }

    /// <summary>A phone that rings for nobody any more, which is no fault of its agent's.</summary>
    private void LetGo(AgentOffer offer, int status, string reason, StoredCall call)
    {
        HangUpCalled(offer.Leg, status, reason, call, call.NetworkCause);
        _effects.ToAgent(offer.AgentId, new AgentReleased(CallId, offer.OfferId, TimeSpan.Zero));
    }
}
