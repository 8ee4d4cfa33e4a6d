namespace CallCluster.Media.Dtls;

/// <summary>
/// How many ClientHellos of one kind a leg looks at: each costs the media thread some 5 us and 3 KB, whoever sends it. A peer sends one, one more with the cookie, and repeats each
/// after 50 ms at the soonest, ever more slowly.
/// </summary>
internal struct HelloAllowance
{
    /// <summary>In each second: at most 2.5 ms of the thread's time, and so many that to keep a peer out by using them up takes a flood.</summary>
    public const int PerSecond = 500;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private long _since;
    private int _taken;

    /// <summary>False when this second's are used up.</summary>
    public bool TryTake(TimeProvider clock)
    {
        if (clock.GetElapsedTime(_since) >= Second)
            (_since, _taken) = (clock.GetTimestamp(), 0);
        if (_taken == PerSecond)
            return false;
        _taken++;
        return true;
    }
}
