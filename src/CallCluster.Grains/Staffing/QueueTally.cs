using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Staffing;

/// <summary>What became of a queue's callers (DESIGN 'Words'). A caller who overflowed to another queue is counted in both.</summary>
public sealed class QueueTally(QueueOptions options)
{
    private readonly List<double> _waits = [];
    private bool _sorted;

    public int Offered { get; internal set; }

    public int Answered => _waits.Count;

    public int AnsweredInTime { get; private set; }

    public int Abandoned { get; private set; }

    public int ShortAbandoned { get; private set; }

    public int Overflowed { get; private set; }

    /// <summary>Answered who had to wait at all.</summary>
    public int AnsweredLate { get; private set; }

    /// <summary>Average speed of answer, in seconds; 0 when nobody was answered.</summary>
    public double Asa => _waits.Count == 0 ? 0 : _waits.Average();

    /// <summary>Answered within the service level's time, of the offered less short abandons; 1 when there were none.</summary>
    public double ServiceLevel => Offered > ShortAbandoned ? (double)AnsweredInTime / (Offered - ShortAbandoned) : 1;

    /// <summary>The wait in seconds that the given share of the answered did not exceed.</summary>
    public double Percentile(double share)
    {
        if (_waits.Count == 0) return 0;
        if (!_sorted) _waits.Sort();
        _sorted = true;
        return _waits[Math.Min(_waits.Count - 1, (int)(share * _waits.Count))];
    }

    internal void OnLeft(LeaveReason reason, TimeSpan waited)
    {
        switch (reason)
        {
            case LeaveReason.Answered:
                _waits.Add(waited.TotalSeconds);
                _sorted = false;
                if (waited > TimeSpan.Zero) AnsweredLate++;
                if (waited <= options.ServiceLevel) AnsweredInTime++;
                break;
            case LeaveReason.Abandoned:
                Abandoned++;
                if (waited <= options.ShortAbandon) ShortAbandoned++;
                break;
            case LeaveReason.Overflowed: Overflowed++; break;
        }
    }
}
