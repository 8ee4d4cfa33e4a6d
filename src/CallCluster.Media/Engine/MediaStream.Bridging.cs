using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace CallCluster.Media.Engine;

// Bridged streams share a thread, so that relaying takes no lock. For a bridge streams move to lower threads only, and for a mix once, to where it lives, so that however many are asked for at once, moving comes to an end; one
// that waits for another to come still moves when it is asked to, so that no circle of them waits for ever.
// What is asked of two streams may take effect in another order than asked; so each bridge, end of a bridge and playout has its place in the engine's order, and an older one never undoes a newer.
public sealed partial class MediaStream
{
    private readonly ConcurrentQueue<Action> _requests = new();
    private MediaStream? _peer;
    private Action? _arrive;
    private bool _waiting;
    private long _bridged;
    private long _linked;

    /// <summary>What to do next: settle on a new thread, then what was posted, in order, then what other streams ask for; while waiting for another stream only that.</summary>
    private bool TryNextOperation([NotNullWhen(true)] out Action? operation)
    {
        operation = Interlocked.Exchange(ref _arrive, null);
        return operation is not null || (!_waiting && _operations.TryDequeue(out operation)) || _requests.TryDequeue(out operation);
    }

    /// <summary>Asked by another stream's thread: does not wait behind a wait.</summary>
    private void Request(Action operation)
    {
        _requests.Enqueue(operation);
        _thread.Notify(this);
    }

    private void BridgeTo(MediaStream other, long order)
    {
        _waiting = false;
        // What is older than the present bridge or mix moves nobody out of it.
        if (_closed || other._disposed != 0 || _linked > order)
            return;
        var (mine, theirs) = (_thread, other._thread);
        if (mine == theirs)
        {
            Attach(other, order);
        }
        else if (theirs.Index < mine.Index)
        {
            _waiting = true;
            MoveTo(theirs);
            Request(() => BridgeTo(other, order));
        }
        else
        {
            _waiting = true;
            other.Request(() =>
            {
                if (!other._closed && other._linked <= order && other._thread.Index > mine.Index)
                    other.MoveTo(mine);
                if (other._linked <= order)
                    Request(() => BridgeTo(other, order));
                else
                    Request(() => _waiting = false);
            });
        }
    }

    private void Attach(MediaStream other, long order)
    {
        if (other._closed || _linked > order || other._linked > order)
            return;
        Detach();
        other.Detach();
        _bridged = other._bridged = _linked = other._linked = order;
        EndPlaying(interrupted: true, before: order);
        other.EndPlaying(interrupted: true, before: order);
        _peer = other;
        other._peer = this;
        ForgetRelayed();
        other.ForgetRelayed();
        RenderSilence();
        other.RenderSilence();
    }

    private void Unlink(long order)
    {
        if (_linked > order)
            return;
        _linked = order;
        if (_peer is { } peer)
            peer._linked = order;
        Detach();
    }

    private void Detach()
    {
        DetachFromMix();
        if (_peer is not { } peer)
            return;
        _peer = null;
        peer._peer = null;
    }

    private void MoveTo(MediaThread target)
    {
        Detach();
        var timers = (ReadOnlySpan<TimerEntry>)[_playTimer, _reportTimer, _watchTimer, _noiseTimer];
        var armed = new List<(TimerEntry Timer, long Due)>();
        foreach (var timer in timers)
        {
            if (!timer.IsArmed)
                continue;
            armed.Add((timer, timer.Due));
            _thread.Wheel.Disarm(timer);
        }
        _thread.Abandon(this);
        Interlocked.Decrement(ref _thread.Load);
        Interlocked.Increment(ref target.Load);
        Volatile.Write(ref _arrive, () =>
        {
            target.Adopt(this);
            foreach (var (timer, due) in armed)
                target.Wheel.Arm(timer, due);
        });
        // From here on the stream belongs to the target.
        _thread = target;
    }
}
