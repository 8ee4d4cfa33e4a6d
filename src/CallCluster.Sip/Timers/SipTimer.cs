namespace CallCluster.Sip.Timers;

/// <summary>One timer of a transaction, dialog or connection; reusable, armed by <see cref="TimerQueue"/>.</summary>
internal sealed class SipTimer(ISipTimerOwner owner)
{
    internal ISipTimerOwner Owner { get; } = owner;

    /// <summary>Timestamp (of the queue's TimeProvider) at which it is due, while armed.</summary>
    internal long Due { get; set; }

    /// <summary>Timestamp from which it may run when the queue is awake anyway.</summary>
    internal long MayRunFrom { get; set; }

    /// <summary>Place in the heap, -1 while not armed.</summary>
    internal int HeapIndex { get; set; } = -1;

    internal bool IsArmed => HeapIndex >= 0;
}
