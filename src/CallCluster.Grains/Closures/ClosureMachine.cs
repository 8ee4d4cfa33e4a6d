using CallCluster.Contracts.Closures;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Closures;

/// <summary>A queue's closure by hand: kept here, told to the queue when it changes and when the queue asks.</summary>
/// <param name="queue">The queue.</param>
/// <param name="stored">What the store has; null when nothing.</param>
/// <param name="known">False when the store could not be read: then nothing is told, and the queue asks again.</param>
public sealed class ClosureMachine(string queue, ClosureState? stored, bool known = true) : Machine<ClosureMessage>
{
    public ClosureState State { get; } = stored ?? new ClosureState();

    public override DateTimeOffset? NextDue => null;

    public override void Handle(ClosureMessage message, DateTimeOffset now, Effects effects)
    {
        if (message is TellClosure && known) Tell(effects);
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
    }

    public void Set(bool closed, string? reason, DateTimeOffset now, Effects effects)
    {
        if (State.Closure.Closed != closed || State.Closure.Reason != reason)
        {
            State.Closure = new Closure(closed, reason, now);
            State.Version = Math.Max(State.Version + 1, now.UtcTicks);
            effects.Persist();
        }

        Tell(effects);
    }

    private void Tell(Effects effects) => effects.ToQueue(queue, new ClosureChanged(State.Version, State.Closure.Closed, State.Closure.Reason));
}
