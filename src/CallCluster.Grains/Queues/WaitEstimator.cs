namespace CallCluster.Grains.Queues;

/// <summary>
/// How long a caller at some place in line will wait: <c>(callers ahead x share of callers who stay + 1) x agent time per caller / calls that the agents on duty can have at once</c>.
/// </summary>
/// <remarks>
/// Agent time per caller is the time that agents on duty were not free (ringing, talking, wrapping up, with callers of other queues too) over the callers of this queue whom they finished with. So it holds
/// from the first minute, when calls are still going on, and for agents who serve several queues. It and the share are of the last callers, each counting 1/32 less than the next. Needs are not looked into:
/// where few agents can do what a caller needs, that caller waits longer than this says.
/// </remarks>
public sealed class WaitEstimator
{
    /// <summary>With fewer callers served nothing is said: a made-up number is worse than none.</summary>
    public const int LeastServed = 10;

    private const double Kept = 1 - (1.0 / 32);

    private DateTimeOffset? _since;
    private double _agentTime;
    private double _served;
    private double _left = 1;
    private double _stayed = 1;
    private int _everServed;

    /// <summary>Calls that the agents on duty are busy with, or that keep them from the next: changed after <see cref="Advance"/>.</summary>
    public int Busy { get; set; }

    /// <summary>Counts what the agents did until now.</summary>
    public void Advance(DateTimeOffset now)
    {
        if (_since is { } since) _agentTime += Busy * (now - since).TotalSeconds;
        _since = now;
    }

    /// <summary>Agents have finished with callers of the queue, wrap-up included.</summary>
    public void Served(int callers)
    {
        for (var i = 0; i < callers; i++) (_agentTime, _served) = (_agentTime * Kept, (_served + 1) * Kept);
        _everServed = Math.Min(LeastServed, _everServed + callers);
    }

    /// <summary>A caller who had to wait has gone: to an agent, or without one.</summary>
    public void Left(bool answered) => (_left, _stayed) = ((_left * Kept) + 1, (_stayed * Kept) + (answered ? 1 : 0));

    /// <summary>The wait of a caller behind so many; null when it is not known: too few have been served, or nobody is on duty.</summary>
    /// <param name="ahead">Callers before this one whom no agent has been found for.</param>
    /// <param name="atOnce">How many calls the agents on duty can have at once.</param>
    public TimeSpan? Wait(int ahead, int atOnce) =>
        _everServed < LeastServed || atOnce <= 0 ? null : TimeSpan.FromSeconds(((ahead * _stayed / _left) + 1) * _agentTime / _served / atOnce);
}
