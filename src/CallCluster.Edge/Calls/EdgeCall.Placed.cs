using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Edge.Legs;

namespace CallCluster.Edge.Calls;

/// <content>Calls that begin at our side: without a leg, until the CallGrain has somebody called.</content>
internal sealed partial class EdgeCall
{
    /// <summary>Carries a call for its CallGrain, which hears of it by an attach; one that is carried by a lower epoch makes room.</summary>
    public static void Begin(EdgeContext edge, BeginCall begin)
    {
        if (edge.Lease.Draining) return; // by its next heartbeat the EdgeGrain knows, and the CallGrain turns to another
        if (edge.Calls.Find(begin.CallId) is { } known)
        {
            if (known._epoch == begin.Epoch) known.Attach();
            if (known._epoch >= begin.Epoch) return;
            edge.Calls.Remove(known);
            known.Post(() => known.End(480, null));
        }

        var call = new EdgeCall(edge, begin.CallId, begin.Offer, begin.Epoch) { _taken = true };
        if (!edge.Calls.TryAdd(call)) return;
        call.Post(() =>
        {
            edge.Sweep.Add(call);
            call.TellAttached();
        });
    }

    /// <summary>Calls the party who is to be the caller, in the place of one who was not reached.</summary>
    private void Add(Dial dial)
    {
        if (dial.Leg <= _lastLeg) return;
        _lastLeg = dial.Leg;
        if (dial.AsCaller && Caller is { } former)
        {
            if (former.State != LegState.Ended) return; // somebody is there
            _legs.Remove(former);
        }

        Start(new TrunkLeg(this, dial));
    }

    private void Add(Originate originate)
    {
        if (originate.Leg <= _lastLeg) return;
        _lastLeg = originate.Leg;
        Start(new AgentLeg(this, originate));
    }

    private void Start(CalledLeg leg)
    {
        leg.Start(leg.Number == 0 ? _legs.Find(other => other.State == LegState.Answered) : Caller);
        // The caller first, as everywhere.
        if (leg.Number == 0) _legs.Insert(0, leg);
        else _legs.Add(leg);
    }

    /// <summary>Leg 0, ended or not; null while there is none.</summary>
    private Leg? Caller => Find(0);
}
