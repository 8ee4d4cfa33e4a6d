using CallCluster.Contracts.Closures;
using CallCluster.Contracts.Hours;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Queues;

/// <summary>
/// Hours and closing by hand. Hours act on those who come: whoever waits at closing time is served, or leaves by another rule. A closure by hand acts on those who wait as well,
/// since nobody is there who would serve them; whoever is being offered to an agent leaves only when that fails. Who is to be called back has hours of their own, which the call keeps, and waits through a closure by hand.
/// </summary>
public sealed partial class QueueMachine
{
    private static readonly TimeSpan AskForClosureAfter = TimeSpan.FromSeconds(1);

    private OpeningHours? _hours;
    private ClosureChanged? _closure;
    private DateTimeOffset? _closureDueAt;

    /// <summary>Whether a caller who came now would be taken in.</summary>
    public bool IsOpen(DateTimeOffset now) => !_overflow.HasClosed || (_closure is not { Closed: true } && _hours?.IsOpen(now) != false);

    private bool IsClosedTo(Caller caller) => _overflow.HasClosed && (_closure is { Closed: true } || (!caller.IsCallback && _hours?.IsOpen(caller.ArrivedAt) == false));

    private bool LacksClosure => _overflow.HasClosed && _closure is null;

    private void AskForClosure(DateTimeOffset now, Effects effects)
    {
        _closureDueAt = _overflow.HasClosed ? now + (_closure is null ? AskForClosureAfter : DoubtAfter) : null;
        if (_overflow.HasClosed) effects.ToClosure(_name, new TellClosure());
    }

    private void OnClosureChanged(ClosureChanged changed, DateTimeOffset now, Effects effects)
    {
        if (_overflow.HasClosed) _closureDueAt = now + DoubtAfter;
        if (_closure is { } known && changed.Version <= known.Version) return;
        var isFirst = _closure is null;
        var wasClosed = _closure is { Closed: true };
        _closure = changed;
        if (isFirst && !_loaded && _unheard == 0) Loaded(now, effects);
        else if (_loaded && changed.Closed != wasClosed) SettleAll(now, effects);
    }
}
