namespace CallCluster.Grains.Staffing;

/// <summary>
/// What queueing theory says of one queue with Poisson arrivals, exponential talk times and agents who do nothing else: Erlang C (M/M/n), where nobody hangs up, and Erlang A (M/M/n+M, Palm),
/// where patience is exponential. By recursion and by integrals whose integrands are scaled to 1, so that hundreds of agents overflow nothing.
/// </summary>
/// <param name="ProbabilityOfWait">That a caller does not find a free agent.</param>
/// <param name="Abandoned">The share of callers who hang up.</param>
/// <param name="Asa">Mean wait of the answered, in seconds.</param>
/// <param name="MeanWait">Mean wait of all callers, in seconds.</param>
/// <param name="AnsweredInTime">The share of callers who are answered within the time asked for.</param>
public readonly record struct Erlang(double ProbabilityOfWait, double Abandoned, double Asa, double MeanWait, double AnsweredInTime)
{
    private const int Steps = 20_000;

    /// <summary>The probability that <paramref name="load"/> erlangs find all of <paramref name="agents"/> agents busy, where nobody waits.</summary>
    public static double B(double load, int agents)
    {
        var blocked = 1.0;
        for (var n = 1; n <= agents; n++) blocked = load * blocked / (n + (load * blocked));
        return blocked;
    }

    /// <summary>Erlang C; null when the load is not below the number of agents: the queue then grows for ever.</summary>
    /// <param name="perHour">Callers an hour.</param>
    /// <param name="handling">Mean seconds that a caller occupies an agent.</param>
    /// <param name="agents">Agents.</param>
    /// <param name="within">Seconds of <see cref="AnsweredInTime"/>.</param>
    public static Erlang? C(double perHour, double handling, int agents, double within)
    {
        var load = perHour * handling / 3600;
        if (load >= agents) return null;
        var blocked = B(load, agents);
        var waits = blocked / (1 - (load / agents * (1 - blocked)));
        var wait = waits * handling / (agents - load);
        return new Erlang(waits, 0, wait, wait, 1 - (waits * Math.Exp(-(agents - load) * within / handling)));
    }

    /// <summary>Erlang A; there is one for every load.</summary>
    /// <param name="perHour">Callers an hour.</param>
    /// <param name="handling">Mean seconds that a caller occupies an agent.</param>
    /// <param name="agents">Agents, at least one.</param>
    /// <param name="patience">Mean seconds after which a caller hangs up.</param>
    /// <param name="within">Seconds of <see cref="AnsweredInTime"/>.</param>
    public static Erlang A(double perHour, double handling, int agents, double patience, double within)
    {
        // The offered wait v, that of a caller who would never hang up, has for v > 0 a density in proportion to exp(Exponent(v)), and is 0 in proportion to 1 / (rate B(n-1)).
        var rate = perHour / 3600;
        double Exponent(double v) => (rate * patience * (1 - Math.Exp(-v / patience))) - (agents / handling * v);
        var overload = rate * handling / agents;
        var top = overload > 1 ? patience * Math.Log(overload) : 0;
        var peak = Exponent(top);
        var end = top + (handling / agents);
        while (Exponent(end) > peak - 45) end *= 2;

        var free = Math.Exp(-peak) / (rate * B(rate * handling, agents - 1));
        double busy = 0, served = 0, servedWait = 0, wait = 0, inTime = 0;
        // Up to the threshold and beyond it apart, since the integrand of the share in time ends there.
        foreach (var (from, to, counts) in new[] { (0.0, Math.Min(within, end), 1.0), (Math.Min(within, end), end, 0.0) })
        {
            var step = (to - from) / Steps;
            for (var i = 0; i <= Steps; i++)
            {
                // Simpson's rule.
                var v = from + (i * step);
                var weight = Math.Exp(Exponent(v) - peak) * step / 3 * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
                var stays = Math.Exp(-v / patience);
                busy += weight;
                served += weight * stays;
                servedWait += weight * stays * v;
                wait += weight * patience * (1 - stays);
                inTime += weight * stays * counts;
            }
        }

        var all = free + busy;
        return new Erlang(busy / all, (busy - served) / all, servedWait / (free + served), wait / all, (free + inTime) / all);
    }
}
