using CallCluster.Sip.Registrations;

namespace CallCluster.Sip.Tests.Registrations;

public sealed class RetryScheduleTests
{
    private readonly RetrySchedule _schedule = new(new Random(1));

    [Fact]
    public void Failures_in_a_row_are_tried_again_ever_later_up_to_ten_minutes()
    {
        foreach (var longest in (double[])[5, 10, 20, 40, 80, 160, 320, 600, 600])
            Assert.InRange(_schedule.Failed(null).TotalSeconds, longest / 2, longest);
        _schedule.Succeeded();
        Assert.InRange(_schedule.Failed(null).TotalSeconds, 2.5, 5);
    }

    [Fact]
    public void Retry_After_is_obeyed_within_an_hour()
    {
        Assert.InRange(_schedule.Failed(TimeSpan.FromSeconds(120)).TotalSeconds, 120, 132);
        Assert.InRange(_schedule.Failed(TimeSpan.FromDays(30)).TotalHours, 1, 1.1);
        Assert.InRange(_schedule.Failed(TimeSpan.Zero).TotalSeconds, 10, 20);
    }
}
