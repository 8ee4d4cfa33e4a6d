using CallCluster.Contracts.Calls;

namespace CallCluster.Edge.Calls;

/// <summary>
/// Events of one call that the CallGrain has not acknowledged, in order. One batch is under way at a time and is sent again, with the same sequence
/// numbers, until its delivery returns (PROTOCOL rule 4).
/// </summary>
internal sealed class EventOutbox
{
    /// <summary>Most events in one batch, so that a message stays small however long the cluster was away.</summary>
    private const int MaxBatch = 32;

    private readonly List<CallEvent> _events = [];
    private long _firstSequence = 1;
    private int _underWay;

    /// <summary>Events not yet acknowledged.</summary>
    public int Count => _events.Count;

    public bool IsUnderWay { get; private set; }

    public void Add(CallEvent callEvent) => _events.Add(callEvent);

    /// <summary>Takes the next batch (possibly empty: a mere acknowledgement of commands); its events stay here until <see cref="Delivered"/>.</summary>
    public (long FirstSequence, CallEvent[] Events) Take()
    {
        IsUnderWay = true;
        _underWay = Math.Min(_events.Count, MaxBatch);
        return (_firstSequence, _underWay == 0 ? [] : [.. _events[.._underWay]]);
    }

    /// <summary>The batch was acknowledged: forget it.</summary>
    public void Delivered()
    {
        _events.RemoveRange(0, _underWay);
        _firstSequence += _underWay;
        _underWay = 0;
        IsUnderWay = false;
    }

    /// <summary>The batch may be lost: the next <see cref="Take"/> gives its events again, and those that came since.</summary>
    public void NotDelivered()
    {
        _underWay = 0;
        IsUnderWay = false;
    }
}
