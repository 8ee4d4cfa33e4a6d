using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Staffing;

/// <summary>What became of a queue's callers (DESIGN 'Words'). A caller who overflowed to another queue is counted in both.</summary>
public sealed class QueueTally(QueueOptions options)
{
    private readonly List<double> _waits = [];
    private readonly List<double> _estimateErrors = [];

    /// <summary>By the same rules as the queue's own.</summary>
    public QueueStatistics Counts { get; } = new();

    /// <summary>Answered who had to wait at all.</summary>
    public int AnsweredLate { get; private set; }

    /// <summary>Average speed of answer, in seconds; 0 when nobody was answered.</summary>
    public double Asa => Counts.Answered == 0 ? 0 : Counts.AnsweredWait / Counts.Answered;

    /// <summary>Answered within the service level's time, of the offered less short abandons; 1 when there were none.</summary>
    public double ServiceLevel => Counts.Offered > Counts.ShortAbandoned ? (double)Counts.AnsweredInTime / (Counts.Offered - Counts.ShortAbandoned) : 1;

    /// <summary>The wait in seconds that the given share of the answered did not exceed.</summary>
    public double Percentile(double share) => Percentile(_waits, share);

    /// <summary>How far off, in seconds, the estimated wait at arrival was at most, for the given share of those who had to wait, were told one and were answered.</summary>
    public double EstimateError(double share) => Percentile(_estimateErrors, share);

    internal void OnEstimated(TimeSpan error) => _estimateErrors.Add(error.TotalSeconds);

    internal void OnLeft(LeaveReason reason, TimeSpan waited)
    {
        Counts.Left(reason, waited, options);
        if (reason != LeaveReason.Answered) return;
        _waits.Add(waited.TotalSeconds);
        if (waited > TimeSpan.Zero) AnsweredLate++;
    }

    private static double Percentile(List<double> values, double share)
    {
        values.Sort();
        return values.Count == 0 ? 0 : values[Math.Min(values.Count - 1, (int)(share * values.Count))];
    }
}
