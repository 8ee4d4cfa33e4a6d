using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Calls;

/// <summary>The place in line: the key of PROTOCOL rule 11, and how it changes after first queueing.</summary>
public sealed partial class CallMachine
{
    /// <summary>First queueing time less what the priority is worth: nobody overtakes a caller who came that much earlier, so no one starves. A place kept from a call before is not lost by it.</summary>
    private static long PlaceIn(QueueOptions queue, StoredCall call)
    {
        var place = call.FirstQueuedAt!.Value.UtcTicks - ((call.Priority ?? queue.PriorityOf(call.Offer.Caller)) * queue.PriorityWeight.Ticks);
        return call.KeptPlace < place ? call.KeptPlace.Value : place;
    }

    private void OnPlaceKept(PlaceKept kept, StoredCall call)
    {
        if (kept.Queue != call.Queue || call.LeftBy is not null || call.Priority is not null || kept.Place >= call.Place) return;
        call.KeptPlace = kept.Place;
        Step(call, $"has the place of the call before in {kept.Queue}");
        TakePlace(kept.Place, call);
    }

    /// <summary>Takes effect at once for who waits. While an offer is under way the place has no meaning: the queue hears of it when the offer fails.</summary>
    private void TakePlace(long place, StoredCall call)
    {
        call.Place = place;
        _effects.Persist();
        if (call.Phase != CallPhase.Queued) return;
        call.Version = Stamp(call.Version);
        Enqueue(call);
    }
}
