using System.Collections.Concurrent;

namespace CallCluster.Edge.Calls;

/// <summary>
/// Lets calls that executed commands and have nothing to tell acknowledge them a little later, so that most acknowledgements travel with an event.
/// One timer for all calls, armed only while some call is due; each of its turns takes all that are due soon, for a turn costs more than an acknowledgement.
/// </summary>
internal sealed class AcknowledgementSchedule : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(50);
    private readonly ConcurrentQueue<(EdgeCall Call, long DueAt)> _due = new();
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private int _armed;

    public AcknowledgementSchedule(TimeProvider clock)
    {
        _clock = clock;
        _timer = clock.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Schedule(EdgeCall call)
    {
        _due.Enqueue((call, _clock.GetTimestamp()));
        if (Interlocked.Exchange(ref _armed, 1) == 0) _timer.Change(Delay, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        while (_due.TryPeek(out var next) && _clock.GetElapsedTime(next.DueAt) is var waited)
        {
            if (waited < Delay - Early)
            {
                _timer.Change(Delay - waited, Timeout.InfiniteTimeSpan);
                return;
            }

            if (_due.TryDequeue(out next)) next.Call.Acknowledge();
        }

        Volatile.Write(ref _armed, 0);
        if (!_due.IsEmpty && Interlocked.Exchange(ref _armed, 1) == 0) _timer.Change(Delay, Timeout.InfiniteTimeSpan);
    }
}
