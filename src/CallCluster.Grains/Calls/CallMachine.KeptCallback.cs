using CallCluster.Contracts.Callbacks;
using CallCluster.Contracts.Calls;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Calls;

/// <summary>
/// What keeps a callback through any crash: a copy at the queue's CallbacksGrain, stored before the caller is told, and dropped when the caller talks or when ticket and record are stored. A call
/// without a leg has no edge that would wake it (PROTOCOL rule 15); the queue has its CallbacksGrain do so.
/// </summary>
public sealed partial class CallMachine
{
    private static readonly TimeSpan AskToKeepEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Whoever has pressed the keys hears by then that it is noted, or waits on.</summary>
    private static readonly TimeSpan KeepPatience = TimeSpan.FromSeconds(3);

    private void AskToKeep(StoredCall call)
    {
        var callback = new PendingCallback(CallId, call.Offer, call.FirstQueuedAt!.Value, call.Place, call.Callback!.ExpiresAt);
        _effects.ToCallbacks(call.CallbackKeptBy!, new KeepCallback(callback, CallbackOf(call)?.Most ?? int.MaxValue));
    }

    /// <summary>Nobody is to be called back any more.</summary>
    private void ForgetCallback(StoredCall call)
    {
        if (call.Callback is null) return;
        call.Callback = null;
        call.CallbackDue = null;
        call.NoCallback = true;
        DropKept(call);
    }

    private void DropKept(StoredCall call)
    {
        if (call.CallbackKeptBy is { } queue) _effects.ToCallbacks(queue, new DropCallback(CallId));
    }

    private void OnCallbackKept(CallbackKept kept, StoredCall call)
    {
        if (call.Callback is not { Noted: false } callback || kept.Queue != call.CallbackKeptBy || call.CallerGone) return;
        call.Callback = callback with { Noted = true };
        Step(call, "to be called back");
        _effects.Persist();
        if (call.Phase == CallPhase.Queued) ConfirmCallback(call);
    }

    private void OnCallbackRefused(CallbackRefused refused, StoredCall call)
    {
        if (call.Callback is { Noted: false } && refused.Queue == call.CallbackKeptBy) RefuseCallback(refused.Why, call);
    }

    private void OnCallbackDropped(CallbackDropped dropped, StoredCall call)
    {
        if (dropped.Queue != call.CallbackKeptBy || call is { Callback: not null, Phase: not CallPhase.Ended }) return;
        call.CallbackKeptBy = null;
        _effects.Persist();
        if (call.Phase == CallPhase.Ended) Settle(call);
    }

    private void OnCallbackAwaited(CallbackAwaited awaited, StoredCall call)
    {
        var isLost = call is { Callback: null, CallbackKeptBy: null, NoCallback: false, ConnectedAt: null, Phase: not CallPhase.Ended };
        if (isLost) LearnCallback(awaited, call);
        else if (call.Callback is { Noted: false }) OnCallbackKept(new CallbackKept(awaited.Queue), call);
        else if (call is { Phase: CallPhase.Ended, CallbackKeptBy: not null }) Settle(call);
        else if (call.Callback is null) _effects.ToCallbacks(awaited.Queue, new DropCallback(CallId));
        else if (call is { Queue: { } queue, LeftBy: null }) TellQueue(queue, call);
    }

    /// <summary>The call went on without knowing that somebody is to be called back: its state was lost.</summary>
    private void LearnCallback(CallbackAwaited awaited, StoredCall call)
    {
        call.CallbackKeptBy = awaited.Queue;
        call.Callback = new CallbackState { ExpiresAt = awaited.Callback.ExpiresAt, Noted = true };
        Step(call, $"to be called back, as {awaited.Queue} has kept");
        _effects.Persist();
        if (call is { Phase: CallPhase.Queued, CallerGone: false }) ConfirmCallback(call);
    }

    /// <summary>Nothing else is known of the call: neither the store has it nor an edge. The place is the one that was kept.</summary>
    private void BeginKeptCallback(CallbackAwaited awaited)
    {
        var kept = awaited.Callback;
        var call = State = new StoredCall
        {
            Offer = kept.Offer,
            Destination = kept.Offer.Destination,
            CallerGone = true,
            Forgotten = true,
            Queue = awaited.Queue,
            ArrivedAt = kept.FirstQueuedAt,
            FirstQueuedAt = kept.FirstQueuedAt,
            KeptPlace = kept.Place,
            Callback = new CallbackState { ExpiresAt = kept.ExpiresAt, Noted = true },
            CallbackKeptBy = awaited.Queue,
        };
        // Above what was used and is lost: of either, fewer than these come in a second.
        call.LastLeg = FreshLegs(call);
        call.Epoch = FreshLegs(call);
        Step(call, $"call to {call.Offer.Dialled} taken over from the callbacks of {awaited.Queue}: its state was lost");
        EnterCallbackQueue(call);
    }
}
