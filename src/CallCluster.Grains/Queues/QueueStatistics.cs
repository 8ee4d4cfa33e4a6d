using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Queues;

/// <summary>What reports count of a queue (DESIGN 'Words') since its machine began. Read by metrics from other threads.</summary>
public sealed class QueueStatistics
{
    public long Offered { get; private set; }

    public long Answered { get; private set; }

    public long Abandoned { get; private set; }

    public long Overflowed { get; private set; }

    /// <summary>Sent elsewhere by a supervisor: neither answered nor abandoned here; the other queue counts the caller as offered.</summary>
    public long Moved { get; private set; }

    public long AnsweredInTime { get; private set; }

    public long ShortAbandoned { get; private set; }

    /// <summary>Seconds that the answered waited, summed: over <see cref="Answered"/> it is the ASA.</summary>
    public double AnsweredWait { get; private set; }

    public void Arrived() => Offered++;

    public void Left(LeaveReason reason, TimeSpan waited, QueueOptions options)
    {
        switch (reason)
        {
            case LeaveReason.Answered:
                Answered++;
                AnsweredWait += waited.TotalSeconds;
                if (waited <= options.ServiceLevel) AnsweredInTime++;
                break;
            case LeaveReason.Abandoned:
                Abandoned++;
                if (waited <= options.ShortAbandon) ShortAbandoned++;
                break;
            case LeaveReason.Overflowed:
                Overflowed++;
                break;
            case LeaveReason.Moved:
                Moved++;
                break;
        }
    }
}
