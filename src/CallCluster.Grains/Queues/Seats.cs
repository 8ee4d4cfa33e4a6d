namespace CallCluster.Grains.Queues;

/// <summary>
/// Callers who wait and are not being offered: each sits with those who have waited out the same of the queue's waits, first in line first; those who wait for one agent sit with those who wait
/// for the same one.
/// </summary>
public sealed class Seats(IReadOnlyList<TimeSpan> waits)
{
    private readonly CallersInOrder[] _seats = [.. waits.Select(_ => new CallersInOrder())];
    private readonly Dictionary<string, CallersInOrder> _byAgent = [];
    private readonly CallersInOrder _apart = new();

    public int Count => _seats.Sum(seat => seat.Count) + _apart.Count;

    /// <summary>Puts the caller where the wait so far, or the agent waited for, belongs.</summary>
    public void Seat(Caller caller, DateTimeOffset now)
    {
        var matured = caller.Matured;
        while (matured < waits.Count && caller.FirstQueuedAt + waits[matured] <= now) matured++;
        if (matured != caller.Matured || caller.SitsFor != caller.WaitsFor) Unseat(caller);
        (caller.Matured, caller.SitsFor) = (matured, caller.WaitsFor);
        if (caller.SitsFor is { } agentId)
        {
            if (!_byAgent.TryGetValue(agentId, out var callers)) _byAgent[agentId] = callers = new CallersInOrder();
            callers.Add(caller);
            _apart.Add(caller);
        }
        else if (matured > 0)
        {
            _seats[matured - 1].Add(caller);
        }
    }

    public void Unseat(Caller caller)
    {
        if (caller.SitsFor is { } agentId)
        {
            _apart.Remove(caller);
            if (!_byAgent.TryGetValue(agentId, out var callers)) return;
            callers.Remove(caller);
            if (callers.Count == 0) _byAgent.Remove(agentId);
        }
        else if (caller.Matured > 0)
        {
            _seats[caller.Matured - 1].Remove(caller);
        }
    }

    /// <summary>How many who sit here stand before the caller in line.</summary>
    public int Before(Caller caller) => _seats.Sum(seat => seat.Before(caller)) + _apart.Before(caller);

    /// <summary>Those who wait for the agent alone.</summary>
    public Caller[] For(string agentId) => _byAgent.TryGetValue(agentId, out var callers) ? [.. callers] : [];

    /// <summary>The first in line of those who have waited out at least the first <paramref name="least"/> waits (one or more), or demand this agent, and do not pass over the agent; null when there is none.</summary>
    public Caller? First(string agentId, int least, DateTimeOffset now)
    {
        var first = _byAgent.TryGetValue(agentId, out var own) ? own.FirstOrDefault(caller => !caller.Refused(agentId, now) && (caller.Demands is not null || caller.Matured >= least)) : null;
        for (var i = least - 1; i < _seats.Length; i++)
        {
            if (FirstNotRefused(_seats[i], agentId, now) is { } caller && (first is null || Caller.PlaceOrder.Compare(caller, first) < 0)) first = caller;
        }

        return first;
    }

    private static Caller? FirstNotRefused(CallersInOrder callers, string agentId, DateTimeOffset now)
    {
        if (callers.First is not { } first || !first.Refused(agentId, now)) return callers.First;
        foreach (var caller in callers)
        {
            if (!caller.Refused(agentId, now)) return caller;
        }

        return null;
    }
}
