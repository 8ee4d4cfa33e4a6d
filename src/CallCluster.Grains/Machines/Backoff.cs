namespace CallCluster.Grains.Machines;

/// <summary>How long to wait before something is tried or told again: twice as long after each time, up to a limit.</summary>
public static class Backoff
{
    private const int MostDoublings = 24;

    /// <param name="times">How often it failed or was not heard, from 1.</param>
    /// <param name="first">The wait after the first time; less than a week.</param>
    /// <param name="longest">The limit.</param>
    public static TimeSpan After(int times, TimeSpan first, TimeSpan longest)
    {
        var wait = TimeSpan.FromTicks(first.Ticks << Math.Clamp(times - 1, 0, MostDoublings));
        return wait < longest ? wait : longest;
    }
}
