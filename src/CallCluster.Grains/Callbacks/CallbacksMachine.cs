using CallCluster.Contracts.Callbacks;
using CallCluster.Contracts.Calls;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Callbacks;

/// <summary>
/// The callers of one queue who are to be called back: the few things that wake their calls after a crash, or begin them anew when their state is lost. Its host answers only what the store has
/// taken, so that nobody is promised what a crash would forget. Bounded: a number is kept once, and only so many.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="stored">What the store has; null when nothing.</param>
public sealed class CallbacksMachine(string queue, CallbacksState? stored) : Machine<CallbacksMessage>
{
    /// <summary>Orleans drops a message that is older than the response time-out of 2 to 3 s.</summary>
    private static readonly TimeSpan RememberDropped = TimeSpan.FromMinutes(1);
    private const int MostDropped = 1000;

    public CallbacksState State { get; } = stored ?? new CallbacksState();

    public override DateTimeOffset? NextDue => null;

    public override void Handle(CallbacksMessage message, DateTimeOffset now, Effects effects)
    {
        switch (message)
        {
            case KeepCallback keep: Keep(keep, effects); break;
            case DropCallback drop: Drop(drop.CallId, now, effects); break;
            case AssertCallbacks:
                foreach (var callback in State.Pending) effects.ToCall(callback.CallId, new CallbackAwaited(queue, callback));
                break;
        }
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
    }

    private void Keep(KeepCallback keep, Effects effects)
    {
        var (callId, caller) = (keep.Callback.CallId, keep.Callback.Offer.Caller);
        if (IsDropped(callId))
        {
            effects.ToCall(callId, new CallbackDropped(queue));
            return;
        }

        if (!State.Pending.Exists(kept => kept.CallId == callId))
        {
            if (State.Pending.Exists(kept => kept.Offer.Caller == caller))
            {
                effects.ToCall(callId, new CallbackRefused(queue, $"{caller} is to be called back already"));
                return;
            }

            if (State.Pending.Count >= keep.Most)
            {
                effects.ToCall(callId, new CallbackRefused(queue, $"{State.Pending.Count} callers are to be called back already"));
                return;
            }

            State.Pending.Add(keep.Callback);
            effects.Persist();
        }

        effects.ToCall(callId, new CallbackKept(queue));
    }

    private void Drop(string callId, DateTimeOffset now, Effects effects)
    {
        if (!IsDropped(callId))
        {
            State.Pending.RemoveAll(kept => kept.CallId == callId);
            State.Dropped.RemoveAll(dropped => dropped.At + RememberDropped <= now);
            if (State.Dropped.Count == MostDropped) State.Dropped.RemoveAt(0);
            State.Dropped.Add(new DroppedCallback(callId, now));
            effects.Persist();
        }

        effects.ToCall(callId, new CallbackDropped(queue));
    }

    private bool IsDropped(string callId) => State.Dropped.Exists(dropped => dropped.CallId == callId);
}
