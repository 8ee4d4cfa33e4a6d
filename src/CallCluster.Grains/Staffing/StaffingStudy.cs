using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Staffing;

/// <summary>The same day with many different callers: independent runs, each from a seed of its own, and what they say together.</summary>
public sealed record StaffingStudy
{
    /// <summary>The configuration, made for simulated people (<see cref="StaffedRouting"/>).</summary>
    public required RoutingOptions Routing { get; init; }

    public required IReadOnlyList<ArrivalPlan> Arrivals { get; init; }

    /// <summary>When the day begins; opening hours go by it.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    /// <summary>How long callers come.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromHours(8);

    /// <summary>The time at the beginning in which nothing is counted: the queue fills from empty.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>How long a phone rings until it is answered.</summary>
    public TimeSpan PickUp { get; init; }

    public int Runs { get; init; } = 10;

    /// <summary>The first run's seed; the others follow it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Plays all runs, on all cores; the result does not depend on how many there are.</summary>
    public IReadOnlyDictionary<string, QueueEstimates> Play()
    {
        var tallies = new CentreTally[Runs];
        Parallel.For(0, Runs, run => tallies[run] = PlayOne(Seed + run));
        return Routing.Queues.Keys.ToDictionary(queue => queue, queue => QueueEstimates.Of([.. tallies.Select(tally => (tally.Queues[queue], tally.Occupancy(queue)))]));
    }

    /// <summary>The callers of the run that begins from the seed, by their time.</summary>
    public IEnumerable<ExpectedCall> Calls(int seed) => Arrivals.SelectMany(arrival => arrival.Calls(seed, Start, Length)).OrderBy(call => call.At);

    private CentreTally PlayOne(int seed)
    {
        var tally = new CentreTally(Routing, Start + WarmUp, Start + Length);
        new StaffedCentre(Routing, Start, PickUp, tally).Play(Calls(seed));
        return tally;
    }
}
