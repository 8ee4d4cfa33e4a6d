using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Queues;

/// <summary>What the API and metrics show of the line.</summary>
public sealed partial class QueueMachine
{
    private const int CallersShown = 100;

    public QueueStatistics Statistics { get; } = new();

    /// <summary>Callers in line, those being offered included.</summary>
    public int Waiting => _line.Count;

    /// <summary>UTC ticks of the first queueing of whoever has waited longest; 0 when nobody waits. Read by metrics from other threads.</summary>
    public long FirstQueuedTicks { get; private set; }

    /// <summary>What the API shows.</summary>
    public QueueView View(DateTimeOffset now)
    {
        return new QueueView
        {
            Name = _name,
            Waiting = _line.Count,
            LongestWait = _byWait.Min is { } first ? now - first.FirstQueuedAt : TimeSpan.Zero,
            AgentsLoggedIn = LoggedIn,
            AgentsFree = AgentsFree,
            Since = _beganAt,
            Offered = Statistics.Offered,
            Answered = Statistics.Answered,
            Abandoned = Statistics.Abandoned,
            Overflowed = Statistics.Overflowed,
            AnsweredInTime = Statistics.AnsweredInTime,
            ShortAbandoned = Statistics.ShortAbandoned,
            Moved = Statistics.Moved,
            AnsweredWait = TimeSpan.FromSeconds(Statistics.AnsweredWait),
            Open = IsOpen(now),
            ClosureReason = _closure?.Reason,
            EstimatedWait = EstimatedWaitOfNewcomer(),
            Callers = CallersAfter(0, "", CallersShown),
        };
    }

    /// <summary>Callers in line from behind a place on, the first first, at most <paramref name="limit"/>: costs what it returns, however many wait.</summary>
    public WaitingCaller[] CallersAfter(long place, string callId, int limit)
    {
        var from = new Caller(callId) { Place = place };
        if (_line.Max is not { } last || Caller.PlaceOrder.Compare(from, last) >= 0) return [];
        var page = new List<WaitingCaller>(Math.Min(limit, _line.Count));
        foreach (var caller in _line.GetViewBetween(from, last))
        {
            if (page.Count == limit) break;
            if (caller.Place == place && caller.CallId == callId) continue;
            page.Add(new WaitingCaller(caller.CallId, caller.Name, caller.FirstQueuedAt, caller.State == CallerState.Offering ? caller.AgentId : null) { Place = caller.Place, EstimatedWait = EstimatedWaitOf(caller.CallId), IsCallback = caller.IsCallback });
        }

        return [.. page];
    }
}
