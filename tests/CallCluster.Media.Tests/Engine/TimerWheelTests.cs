using CallCluster.Media.Engine;

namespace CallCluster.Media.Tests.Engine;

public sealed class TimerWheelTests
{
    private readonly List<string> _fired = [];
    private readonly List<Exception> _faults = [];
    private readonly TimerWheel _wheel;

    public TimerWheelTests() => _wheel = new(0, _faults.Add);

    private TimerEntry Entry(string name) => new(_ => _fired.Add(name));

    [Fact]
    public void Timers_fire_in_order_when_due_and_not_before()
    {
        _wheel.Arm(Entry("b"), 30);
        _wheel.Arm(Entry("a"), 10);
        _wheel.Advance(9, 9000);
        Assert.Empty(_fired);
        Assert.Equal(1, _wheel.SlotsToNext());
        _wheel.Advance(40, 40_000);
        Assert.Equal(["a", "b"], _fired);
        Assert.Equal(-1, _wheel.SlotsToNext());
    }

    [Fact]
    public void A_disarmed_timer_does_not_fire_and_its_neighbours_do()
    {
        var entries = new[] { Entry("a"), Entry("b"), Entry("c") };
        foreach (var entry in entries)
            _wheel.Arm(entry, 5);
        _wheel.Disarm(entries[1]);
        _wheel.Advance(5, 0);
        Assert.Equal(["c", "a"], _fired);
    }

    [Fact]
    public void A_timer_beyond_one_turn_fires_at_its_time()
    {
        _wheel.Arm(Entry("far"), 600_000);
        for (var now = 0; now < 600_000; now += 997)
            _wheel.Advance(now, 0);
        _wheel.Advance(599_999, 0);
        Assert.Empty(_fired);
        _wheel.Advance(600_000, 0);
        Assert.Single(_fired);
    }

    [Fact]
    public void A_timer_armed_for_the_past_fires_at_the_next_millisecond()
    {
        _wheel.Advance(100, 0);
        _wheel.Arm(Entry("late"), 3);
        Assert.Equal(1, _wheel.SlotsToNext());
        _wheel.Advance(101, 0);
        Assert.Single(_fired);
    }

    [Fact]
    public void A_timer_may_arm_itself_again_while_firing()
    {
        var count = 0;
        TimerEntry? entry = null;
        entry = new TimerEntry(_ =>
        {
            count++;
            _wheel.Arm(entry!, entry!.Due + 20);
        });
        _wheel.Arm(entry, 20);
        _wheel.Advance(100, 0);
        Assert.Equal(5, count);
    }

    [Fact]
    public void An_entry_that_throws_is_told_and_the_others_of_its_millisecond_fire()
    {
        _wheel.Arm(Entry("a"), 5);
        _wheel.Arm(new TimerEntry(_ => throw new InvalidOperationException("defect")), 5);
        _wheel.Arm(Entry("c"), 5);
        _wheel.Arm(Entry("d"), 6);
        _wheel.Advance(6, 0);
        Assert.Equal(["c", "a", "d"], _fired);
        Assert.Equal("defect", Assert.Single(_faults).Message);
    }

    [Fact]
    public void A_long_absence_fires_each_timer_once()
    {
        for (var i = 0; i < 100; i++)
            _wheel.Arm(Entry("x"), i * 100);
        _wheel.Advance(1_000_000, 0);
        Assert.Equal(100, _fired.Count);
    }

    [Fact]
    public void Arming_and_firing_allocate_nothing()
    {
        var count = 0;
        var entry = new TimerEntry(_ => count++);
        _wheel.Arm(entry, 1);
        _wheel.Advance(1, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 2; i < 10_000; i++)
        {
            _wheel.Arm(entry, i);
            _wheel.Advance(i, 0);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(9999, count);
    }
}
