namespace CallCluster.Media.Engine;

/// <summary>A timer of a <see cref="TimerWheel"/>, made once and armed many times.</summary>
internal sealed class TimerEntry(Action<long> fire)
{
    internal TimerEntry? Next;
    internal TimerEntry? Previous;
    internal int Slot = -1;

    /// <summary>Called with the time in microseconds when the timer is due.</summary>
    public Action<long> Fire { get; } = fire;

    /// <summary>When it is due, in milliseconds of the wheel's clock.</summary>
    public long Due { get; internal set; }

    /// <summary>True while it waits in a wheel.</summary>
    public bool IsArmed => Slot >= 0;
}
