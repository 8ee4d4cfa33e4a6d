namespace CallCluster.Grains.Agents;

/// <summary>
/// How occupied an agent is: the share of time in calls and wrap-up, what is long ago counting less and less (exponentially, by <see cref="Memory"/>).
/// Idle agents' occupancies all fade by the same factor, so their order stands still until one of them takes a call: it can be an index's key.
/// </summary>
public static class Occupancy
{
    /// <summary>How long it takes until something counts only a third (1/e).</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    /// <summary>The occupancy after <paramref name="span"/> under <paramref name="load"/>, both 0 to 1.</summary>
    public static double After(double occupancy, double load, TimeSpan span) => load + ((occupancy - load) * Math.Exp(-Math.Max(0, span / Memory)));

    /// <summary>A number that orders idle agents by occupancy at whatever time they are compared: the logarithm of what the occupancy at <paramref name="at"/> was worth at the epoch.</summary>
    public static double Rank(double occupancy, DateTimeOffset at) => Math.Log(occupancy) + ((at - DateTimeOffset.UnixEpoch) / Memory);

    /// <summary>What an idle agent's rank is worth at a time, 0 to 1: the way back from <see cref="Rank"/>.</summary>
    public static double At(double rank, DateTimeOffset at) => Math.Exp(rank - ((at - DateTimeOffset.UnixEpoch) / Memory));
}
