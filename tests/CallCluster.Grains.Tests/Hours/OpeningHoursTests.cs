using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Hours;

namespace CallCluster.Grains.Tests.Hours;

public sealed class OpeningHoursTests
{
    [Theory]
    [InlineData("2026-11-23T07:59:59Z", false)] // Monday, 08:59:59 in Berlin
    [InlineData("2026-11-23T08:00:00Z", true)]
    [InlineData("2026-11-23T16:29:59Z", true)]
    [InlineData("2026-11-23T16:30:00Z", false)]
    [InlineData("2026-07-06T07:00:00Z", true)] // summer time: 09:00
    [InlineData("2026-07-06T15:30:00Z", false)]
    [InlineData("2026-11-28T09:30:00Z", true)] // Saturday
    [InlineData("2026-11-28T12:00:00Z", false)]
    [InlineData("2026-11-29T10:00:00Z", false)] // Sunday
    [InlineData("2026-12-25T10:00:00Z", false)] // a Friday, but Christmas
    [InlineData("2026-12-24T10:00:00Z", true)]
    public void An_office_week_with_a_holiday(string at, bool open) =>
        Assert.Equal(open, IsOpen(at, "Europe/Berlin", ["Mon-Fri 09:00-17:30", "Sat 10:00-13:00"], "2026-12-25"));

    [Theory]
    [InlineData("2026-11-27T21:59:00Z", false)] // Friday
    [InlineData("2026-11-27T22:00:00Z", true)]
    [InlineData("2026-11-28T05:59:00Z", true)]
    [InlineData("2026-11-28T06:00:00Z", false)]
    [InlineData("2026-11-28T23:00:00Z", false)] // the next evening is not in it
    public void A_span_over_midnight_belongs_to_the_day_on_which_it_begins(string at, bool open) => Assert.Equal(open, IsOpen(at, "UTC", ["Fri 22:00-06:00"]));

    [Theory]
    [InlineData("2026-12-31T22:30:00Z", true)]
    [InlineData("2027-01-01T00:30:00Z", false)]
    [InlineData("2027-01-01T22:30:00Z", false)]
    [InlineData("2027-01-02T00:30:00Z", true)]
    public void A_holiday_is_closed_from_midnight_to_midnight(string at, bool open) => Assert.Equal(open, IsOpen(at, "UTC", ["Mon-Sun 22:00-06:00"], "2027-01-01"));

    [Theory]
    [InlineData("2026-03-29T00:59:59Z", true)] // 01:59:59, the last second of winter time
    [InlineData("2026-03-29T01:00:00Z", false)] // 03:00, an hour has been skipped
    [InlineData("2026-03-22T01:45:00Z", true)] // a week before it is there
    public void An_hour_that_summer_time_skips_is_never_open(string at, bool open) => Assert.Equal(open, IsOpen(at, "Europe/Berlin", ["Sun 01:00-03:00"]));

    [Theory]
    [InlineData("2026-10-25T00:00:00Z", true)] // 02:00 summer time
    [InlineData("2026-10-25T00:59:59Z", true)]
    [InlineData("2026-10-25T01:00:00Z", true)] // 02:00 again, winter time
    [InlineData("2026-10-25T01:59:59Z", true)]
    [InlineData("2026-10-25T02:00:00Z", false)]
    public void An_hour_that_comes_twice_is_open_twice(string at, bool open) => Assert.Equal(open, IsOpen(at, "Europe/Berlin", ["Sun 02:00-03:00"]));

    [Theory]
    [InlineData("2026-11-28T23:59:59Z", true)]
    [InlineData("2026-11-29T00:00:00Z", true)] // Sunday: Sat-Mon goes round the week's end
    [InlineData("2026-12-01T00:00:00Z", false)]
    public void Days_go_round_and_a_day_may_end_at_midnight(string at, bool open) => Assert.Equal(open, IsOpen(at, "UTC", ["Sat-Mon 00:00-24:00"]));

    [Theory]
    [InlineData("Mon-Fri 9:00-17:30")]
    [InlineData("Mon-Fri 09:00-25:00")]
    [InlineData("Mon-Fri 09:00")]
    [InlineData("Mon-Fri 09:00-09:00")]
    [InlineData("Mon-Fri 24:00-09:00")]
    [InlineData("Monday 09:00-17:00")]
    [InlineData("mon 09:00-17:00")]
    [InlineData("Mon-Wed-Fri 09:00-17:00")]
    [InlineData("Mon-Fri  09:00-17:00")]
    [InlineData("")]
    public void What_is_no_span_is_not_taken(string text) => Assert.False(WeeklySpan.TryParse(text, out _));

    [Theory]
    [InlineData("2026-11-27T16:59:30Z", "2026-11-27T17:00:00Z")] // until its end, whose minute is open no more: the next is Monday's, too late
    [InlineData("2026-11-27T07:00:30Z", "2026-11-27T09:00:00Z")]
    [InlineData("2026-11-27T10:00:30Z", "2026-11-27T10:01:00Z")]
    public void The_next_minute_that_is_open_is_found_within_a_bound(string from, string opens) =>
        Assert.Equal(At(opens), new OpeningHours(new HoursOptions { TimeZone = "UTC", Open = ["Mon-Fri 09:00-17:00"] }).OpensAt(At(from), At("2026-11-27T17:00:00Z")));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsOpen(string at, string zone, string[] open, params string[] closed) =>
        new OpeningHours(new HoursOptions { TimeZone = zone, Open = open, Closed = closed }).IsOpen(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
}
