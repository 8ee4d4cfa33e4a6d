using CallCluster.Contracts.Closures;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Closures;

/// <summary>A queue's closure by hand: kept here, told to the queue when it changes and when the queue asks.</summary>
/// <param name="queue">The queue.</param>
/// <param name="stored">What the store has; null when nothing.</param>
/// <param name="askAgainAt">When to read the store again that could not be read: until then nothing is told but what is set meanwhile, which holds at once and is stored when the store is back. Null: it was read.</param>
public sealed class ClosureMachine(string queue, ClosureState? stored, DateTimeOffset? askAgainAt = null) : Machine<ClosureMessage>
{
    public ClosureState State { get; private set; } = stored ?? new ClosureState();

    public override DateTimeOffset? NextDue => askAgainAt;

    public override void Handle(ClosureMessage message, DateTimeOffset now, Effects effects)
    {
        if (message is TellClosure && (IsRead || State.Version > 0)) Tell(effects);
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
    }

    public void Set(bool closed, string? reason, DateTimeOffset now, Effects effects)
    {
        if (State.Closure.Closed != closed || State.Closure.Reason != reason)
        {
            // Never a change of what was handed to the store: that may be on its way there.
            State = new ClosureState { Closure = new Closure(closed, reason, now), Version = Math.Max(State.Version + 1, now.UtcTicks) };
            Persist(effects);
        }

        Tell(effects);
    }

    /// <summary>What was set before the store was read: it holds when nothing newer is stored.</summary>
    public void Keep(ClosureState before, Effects effects)
    {
        if (before.Version <= State.Version) return;
        State = before;
        Persist(effects);
        Tell(effects);
    }

    private bool IsRead => askAgainAt is null;

    /// <summary>Over what could not be read nothing is written.</summary>
    private void Persist(Effects effects)
    {
        if (IsRead) effects.Persist();
    }

    private void Tell(Effects effects) => effects.ToQueue(queue, new ClosureChanged(State.Version, State.Closure.Closed, State.Closure.Reason));
}
