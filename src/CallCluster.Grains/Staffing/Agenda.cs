namespace CallCluster.Grains.Staffing;

/// <summary>Virtual time: what is to happen, in order; at equal times in the order in which it was planned.</summary>
internal sealed class Agenda(DateTimeOffset start)
{
    private readonly PriorityQueue<Action, (long Ticks, long Order)> _acts = new();
    private long _order;

    public DateTimeOffset Now { get; private set; } = start;

    public void At(DateTimeOffset when, Action act) => _acts.Enqueue(act, (Math.Max(when.UtcTicks, Now.UtcTicks), _order++));

    public void After(TimeSpan delay, Action act) => At(Now + delay, act);

    /// <summary>Lets the next thing happen; false when there is none.</summary>
    public bool Step()
    {
        if (!_acts.TryDequeue(out var act, out var when)) return false;
        Now = new DateTimeOffset(when.Ticks, TimeSpan.Zero);
        act();
        return true;
    }
}
