using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Timers;

/// <summary>
/// All timers of an endpoint: an indexed binary heap (arm and cancel in O(log n), no reference kept to what was cancelled) driven by
/// one <see cref="ITimer"/> that is armed for the next due moment only, so an idle endpoint never wakes up.
/// Every member is called under the endpoint's lock.
/// </summary>
internal sealed partial class TimerQueue : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Lock _gate;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly double _timestampsPerTick;
    // The timers that only end something (64*T1, T4) may run this much early, together with another: under load one wake serves many.
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(50);
    private SipTimer[] _heap = new SipTimer[64];
    private int _count;
    private long _armedFor = long.MaxValue;
    private bool _running;
    private bool _disposed;

    internal TimerQueue(TimeProvider time, Lock gate, ILogger logger)
    {
        _time = time;
        _gate = gate;
        _logger = logger;
        _timestampsPerTick = (double)time.TimestampFrequency / TimeSpan.TicksPerSecond;
        _timer = time.CreateTimer(static state => ((TimerQueue)state!).RunDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal int Count => _count;

    /// <summary>Arms the timer, or moves it when it is armed already.</summary>
    internal void Schedule(SipTimer timer, TimeSpan delay)
    {
        if (_disposed)
            return;
        timer.Due = _time.GetTimestamp() + (long)(delay.Ticks * _timestampsPerTick);
        timer.MayRunFrom = delay < Patient ? timer.Due : timer.Due - (long)(Early.Ticks * _timestampsPerTick);
        if (timer.HeapIndex < 0)
        {
            if (_count == _heap.Length)
                Array.Resize(ref _heap, _count * 2);
            timer.HeapIndex = _count;
            _heap[_count++] = timer;
            SiftUp(timer);
        }
        else
        {
            SiftUp(timer);
            SiftDown(timer);
        }

        if (!_running)
            Arm();
    }

    internal void Cancel(SipTimer timer)
    {
        var index = timer.HeapIndex;
        if (index < 0)
            return;
        timer.HeapIndex = -1;
        var last = _heap[--_count];
        _heap[_count] = null!;
        if (last != timer)
        {
            last.HeapIndex = index;
            _heap[index] = last;
            SiftUp(last);
            SiftDown(last);
        }

        if (_heap.Length > 1024 && _count < _heap.Length / 8)
            Array.Resize(ref _heap, _heap.Length / 4);
    }

    public void Dispose()
    {
        _disposed = true;
        for (var i = 0; i < _count; i++)
            _heap[i].HeapIndex = -1;
        Array.Clear(_heap, 0, _count);
        _count = 0;
        _timer.Dispose();
    }

    private void RunDue()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _armedFor = long.MaxValue;
            _running = true;
            var now = _time.GetTimestamp();
            while (_count > 0 && _heap[0].MayRunFrom <= now)
            {
                var timer = _heap[0];
                Cancel(timer);
                try
                {
                    timer.Owner.OnTimer(timer);
                }
                catch (Exception exception)
                {
                    LogErrorTimer(exception, timer.Owner.GetType().Name);
                }
            }

            _running = false;
            Arm();
        }
    }

    // A head that was cancelled leaves the timer armed too early: one idle wake-up costs less than re-arming on each cancel.
    private void Arm()
    {
        if (_disposed || _count == 0 || _heap[0].Due >= _armedFor)
            return;
        _armedFor = _heap[0].Due;
        var ticks = (_armedFor - _time.GetTimestamp()) / _timestampsPerTick;
        // Timers count whole milliseconds: rounding up avoids waking just before the moment.
        var milliseconds = Math.Max(0, Math.Ceiling(ticks / TimeSpan.TicksPerMillisecond));
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    private void SiftUp(SipTimer timer)
    {
        var index = timer.HeapIndex;
        while (index > 0)
        {
            var parent = (index - 1) >> 1;
            if (_heap[parent].Due <= timer.Due)
                break;
            Place(_heap[parent], index);
            index = parent;
        }

        Place(timer, index);
    }

    private void SiftDown(SipTimer timer)
    {
        var index = timer.HeapIndex;
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= _count)
                break;
            if (child + 1 < _count && _heap[child + 1].Due < _heap[child].Due)
                child++;
            if (_heap[child].Due >= timer.Due)
                break;
            Place(_heap[child], index);
            index = child;
        }

        Place(timer, index);
    }

    private void Place(SipTimer timer, int index)
    {
        _heap[index] = timer;
        timer.HeapIndex = index;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A timer of {Owner} threw; its call may hang until its peer gives up. Report this as a bug.")]
    private partial void LogErrorTimer(Exception exception, string owner);
}
