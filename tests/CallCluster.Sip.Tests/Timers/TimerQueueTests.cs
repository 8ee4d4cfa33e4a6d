using CallCluster.Sip.Timers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Sip.Tests.Timers;

public sealed class TimerQueueTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Lock _gate = new();
    private readonly TimerQueue _queue;
    private readonly List<int> _fired = [];

    public TimerQueueTests() => _queue = new TimerQueue(_time, _gate, NullLogger.Instance);

    [Fact]
    public void Timers_fire_in_the_order_of_their_moments_whatever_the_order_of_arming()
    {
        foreach (var seconds in new[] { 5, 1, 4, 2, 3 })
            Schedule(seconds);

        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal([1, 2, 3], _fired);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([1, 2, 3, 4, 5], _fired);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void A_cancelled_timer_neither_fires_nor_stays()
    {
        var timer = Schedule(1);
        lock (_gate)
            _queue.Cancel(timer);

        Assert.Equal(0, _queue.Count);
        Assert.False(timer.IsArmed);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(_fired);
    }

    [Fact]
    public void Arming_again_moves_a_timer()
    {
        var timer = Schedule(1);
        lock (_gate)
            _queue.Schedule(timer, TimeSpan.FromSeconds(10));

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(_fired);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1], _fired);
    }

    [Fact]
    public void A_timer_may_arm_itself_and_throwing_harms_no_other()
    {
        var count = 0;
        SipTimer? timer = null;
        timer = new SipTimer(new Owner(() =>
        {
            if (++count < 3)
                _queue.Schedule(timer!, TimeSpan.FromSeconds(1));
            throw new InvalidOperationException("bug");
        }));
        lock (_gate)
            _queue.Schedule(timer, TimeSpan.FromSeconds(1));
        Schedule(5);

        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(3, count);
        Assert.Equal([5], _fired);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_arming_and_cancelling_agrees_with_a_sorted_list(int seed)
    {
        var random = new Random(seed);
        var expected = new List<(int Due, int Id)>();
        var timers = new Dictionary<int, SipTimer>();
        for (var id = 0; id < 5000; id++)
        {
            var due = (id * 7919 % 100_003) + 1; // distinct, so that order is defined
            var captured = due;
            var timer = new SipTimer(new Owner(() => _fired.Add(captured)));
            timers[id] = timer;
            expected.Add((due, id));
            lock (_gate)
                _queue.Schedule(timer, TimeSpan.FromMilliseconds(due));
            if (random.Next(3) == 0)
            {
                var victim = expected[random.Next(expected.Count)];
                expected.Remove(victim);
                lock (_gate)
                    _queue.Cancel(timers[victim.Id]);
            }
        }

        Assert.Equal(expected.Count, _queue.Count);
        _time.Advance(TimeSpan.FromSeconds(200));

        Assert.Equal(expected.Select(item => item.Due).Order(), _fired);
    }

    [Fact]
    public void An_idle_queue_asks_for_no_wake_up()
    {
        var time = new CountingTime();
        var queue = new TimerQueue(time, _gate, NullLogger.Instance);
        lock (_gate)
        {
            for (var i = 0; i < 1000; i++)
                queue.Schedule(new SipTimer(new Owner(() => { })), TimeSpan.FromSeconds(1 + i));
        }

        Assert.Equal(1, time.Changes);
    }

    private SipTimer Schedule(int seconds)
    {
        var timer = new SipTimer(new Owner(() => _fired.Add(seconds)));
        lock (_gate)
            _queue.Schedule(timer, TimeSpan.FromSeconds(seconds));
        return timer;
    }

    private sealed class Owner(Action due) : ISipTimerOwner
    {
        public void OnTimer(SipTimer timer) => due();
    }

    private sealed class CountingTime : TimeProvider
    {
        public int Changes { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Counted(this);

        private sealed class Counted(CountingTime time) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                time.Changes++;
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
