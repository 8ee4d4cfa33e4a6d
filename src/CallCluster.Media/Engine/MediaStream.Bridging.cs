namespace CallCluster.Media.Engine;

// Bridged streams share a thread, so that relaying takes no lock. A stream on a higher thread moves to the lower one: moves cannot cross, and waits go one way.
public sealed partial class MediaStream
{
    private MediaStream? _peer;
    private Action? _first;
    private bool _waiting;

    private bool TryNextOperation([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Action? operation)
    {
        operation = Interlocked.Exchange(ref _first, null);
        return operation is not null || (!_waiting && _operations.TryDequeue(out operation));
    }

    private void BridgeTo(MediaStream other)
    {
        _waiting = false;
        if (_closed)
            return;
        var (mine, theirs) = (_thread, other._thread);
        if (mine == theirs)
        {
            Attach(other);
        }
        else if (theirs.Index < mine.Index)
        {
            MoveTo(theirs, () => BridgeTo(other));
        }
        else
        {
            _waiting = true;
            other.Post(() =>
            {
                if (!other._closed && other._thread.Index > mine.Index)
                    other.MoveTo(mine, null);
                Volatile.Write(ref _first, other._closed ? GiveUp : () => BridgeTo(other));
                mine.Notify(this);
            });
        }
    }

    private void GiveUp() => _waiting = false;

    private void Attach(MediaStream other)
    {
        if (other._closed)
            return;
        Detach();
        other.Detach();
        EndPlaying(interrupted: true);
        other.EndPlaying(interrupted: true);
        _peer = other;
        other._peer = this;
    }

    private void Detach()
    {
        if (_peer is not { } peer)
            return;
        _peer = null;
        peer._peer = null;
    }

    private void MoveTo(MediaThread target, Action? then)
    {
        Detach();
        var timers = (ReadOnlySpan<TimerEntry>)[_playTimer, _reportTimer, _watchTimer];
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
        Volatile.Write(ref _first, () =>
        {
            target.Adopt(this);
            foreach (var (timer, due) in armed)
                target.Wheel.Arm(timer, due);
            then?.Invoke();
        });
        // From here on the stream belongs to the target.
        _thread = target;
    }
}
