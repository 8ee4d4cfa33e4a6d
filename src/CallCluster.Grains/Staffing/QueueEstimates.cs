namespace CallCluster.Grains.Staffing;

/// <summary>What independent runs say of a queue (DESIGN 'Words'); counts are per run, times in seconds, shares 0 to 1.</summary>
public sealed record QueueEstimates
{
    public required Estimate Offered { get; init; }

    public required Estimate Answered { get; init; }

    public required Estimate Abandoned { get; init; }

    public required Estimate Overflowed { get; init; }

    public required Estimate ServiceLevel { get; init; }

    /// <summary>Average speed of answer.</summary>
    public required Estimate Asa { get; init; }

    /// <summary>The wait that nine of ten of the answered did not exceed.</summary>
    public required Estimate P90 { get; init; }

    /// <summary>The share of the answered who had to wait.</summary>
    public required Estimate Waited { get; init; }

    /// <summary>The share of the offered who hung up.</summary>
    public required Estimate AbandonedShare { get; init; }

    public required Estimate Occupancy { get; init; }

    /// <summary>How far off the estimated wait at arrival was, for half of those who had to wait and were answered.</summary>
    public required Estimate EstimateErrorMedian { get; init; }

    /// <summary>The same for nine of ten.</summary>
    public required Estimate EstimateErrorP90 { get; init; }

    public static QueueEstimates Of(IReadOnlyList<(QueueTally Queue, double Occupancy)> runs)
    {
        return new QueueEstimates
        {
            Offered = Over(run => run.Counts.Offered),
            Answered = Over(run => run.Counts.Answered),
            Abandoned = Over(run => run.Counts.Abandoned),
            Overflowed = Over(run => run.Counts.Overflowed),
            ServiceLevel = Over(run => run.ServiceLevel),
            Asa = Over(run => run.Asa),
            P90 = Over(run => run.Percentile(0.9)),
            Waited = Over(run => (double)run.AnsweredLate / Math.Max(1, run.Counts.Answered)),
            AbandonedShare = Over(run => (double)run.Counts.Abandoned / Math.Max(1, run.Counts.Offered)),
            EstimateErrorMedian = Over(run => run.EstimateError(0.5)),
            EstimateErrorP90 = Over(run => run.EstimateError(0.9)),
            Occupancy = Estimate.Of([.. runs.Select(run => run.Occupancy)]),
        };

        Estimate Over(Func<QueueTally, double> figure) => Estimate.Of([.. runs.Select(run => figure(run.Queue))]);
    }
}
