namespace CallCluster.Host.Webhooks;

/// <summary>How long to wait after failures: twice as long each time up to a limit, and of that a random part, at least half, so that many who failed together do not come again together.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <param name="failures">How many there were, from 1.</param>
    /// <param name="longest">The limit.</param>
    /// <param name="random">Where the part comes from.</param>
    public static TimeSpan After(int failures, TimeSpan longest, Random random)
    {
        var whole = First * Math.Pow(2, Math.Min(failures - 1, 30));
        return (whole < longest ? whole : longest) * (0.5 + (random.NextDouble() / 2));
    }
}
