using System.Globalization;
using CallCluster.Contracts.Events;
using CallCluster.Grains.Events;

namespace CallCluster.Grains.Tests.Events;

public sealed class EventStreamTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 9, 0, 0, TimeSpan.Zero);
    private readonly EventStream _stream = new();
    private DateTimeOffset _now = Start;
    private long _number;

    [Fact]
    public void Nothing_is_wanted_or_kept_before_anybody_reads_and_the_stream_begins_when_all_silos_have_heard()
    {
        Assert.False(Append("early"));
        Assert.Null(Read(null));
        Assert.True(Append("while silos hear"));
        Wait(1.6);
        var begin = Read(null)!;
        Assert.Empty(begin.Entries);
        Assert.True(Append("a", "b"));
        Assert.Equal(["a", "b"], Ids(Read(begin.Next)!));
    }

    [Fact]
    public void Reading_on_from_any_place_finds_each_event_once_in_order()
    {
        var place = Begin();
        for (var i = 0; i < 30; i++) Append($"e{i:00}");
        var seen = new List<string>();
        for (var limit = 1; Read(place, limit) is { } page; limit = (limit % 4) + 1)
        {
            Assert.InRange(page.Entries.Length, 1, limit);
            seen.AddRange(Ids(page));
            place = page.Next;
        }
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"e{i:00}"), seen);
    }

    [Fact]
    public void What_is_told_twice_is_in_the_stream_once()
    {
        var place = Begin();
        var batch = Batch("s1", ++_number, "a");
        _stream.Append(batch, _now);
        _stream.Append(batch, _now);
        _stream.Append(Batch("s2", 1, "a", "b"), _now);
        Assert.Equal(["a", "b"], Ids(Read(place)!));
    }

    [Fact]
    public void A_silo_that_falls_silent_leaves_a_gap_and_one_that_says_goodbye_does_not()
    {
        var place = Begin();
        _stream.Append(Batch("dies", 1, "a"), _now);
        _stream.Append(Batch("goes", 1, "b"), _now);
        _stream.Append(Batch("goes", 2) with { IsLast = true }, _now);
        for (var i = 0; i < 11; i++)
        {
            Wait(1);
            Append();
        }
        var page = Read(place)!;
        Assert.Equal([null, null, StreamGap.SiloLost], page.Entries.Select(entry => entry.Gap));
    }

    [Fact]
    public void A_silo_that_dropped_events_says_so_at_their_place()
    {
        var place = Begin();
        _stream.Append(Batch("s1", ++_number, "after") with { HasLost = true }, _now);
        var page = Read(place)!;
        Assert.Equal((StreamGap.Dropped, "after"), (page.Entries[0].Gap, page.Entries[1].Event!.Id));
    }

    [Fact]
    public void A_place_of_another_stream_or_one_that_is_kept_no_more_is_told_as_a_gap_from_which_the_reader_goes_on()
    {
        var place = Begin();
        Assert.Equal(StreamGap.Restarted, Read(new StreamPosition(7, 3))!.Gap);
        Assert.Equal(StreamGap.TooOld, Read(place with { Number = place.Number + 1 })!.Gap);
        for (var i = 0; i <= EventWindow.MostEntries; i++) Append(i.ToString(CultureInfo.InvariantCulture));
        var gap = Read(place)!;
        Assert.Equal((StreamGap.TooOld, 0), (gap.Gap, gap.Entries.Length));
        Append("next");
        Assert.Equal(["next"], Ids(Read(gap.Next)!));
    }

    [Fact]
    public void Whoever_is_back_within_five_minutes_finds_all_and_later_another_stream()
    {
        var place = Begin();
        for (var i = 0; i < 290; i++)
        {
            Wait(1);
            Append($"e{i}");
        }
        Assert.Equal(290, Read(place, 1000)!.Entries.Length);
        for (var i = 0; i < 299; i++)
        {
            Wait(1);
            Assert.True(Append());
        }
        Wait(2);
        Assert.False(Append());
        Assert.Null(Read(place));
        Wait(2);
        Append();
        Assert.Equal(StreamGap.Restarted, Read(place)!.Gap);
    }

    [Fact]
    public void The_window_keeps_no_more_entries_and_bytes_than_it_may()
    {
        var begin = new StreamPosition(1, 0);
        var byNumber = new EventWindow(begin, mostEntries: 3);
        var bySize = new EventWindow(begin, mostBytes: 25);
        for (var i = 0; i < 5; i++)
        {
            byNumber.Add(Event("e"), null);
            bySize.Add(Event("e") with { Data = new byte[10] }, null);
        }
        Assert.Equal((true, false), (byNumber.Covers(begin with { Number = 2 }), byNumber.Covers(begin with { Number = 1 })));
        Assert.Equal((true, false), (bySize.Covers(begin with { Number = 3 }), bySize.Covers(begin with { Number = 2 })));
        Assert.Equal([3L, 4, 5], byNumber.After(begin with { Number = 2 }, 10).Entries.Select(entry => entry.Number));
    }

    [Theory]
    [InlineData("8dce1-17", true)]
    [InlineData("", false)]
    [InlineData("17", false)]
    [InlineData("x-17", false)]
    [InlineData("8dce1--17", false)]
    [InlineData("8dce1-99999999999999999999", false)]
    public void A_place_reads_back_as_it_is_written(string text, bool isPlace)
    {
        Assert.Equal(isPlace, StreamPosition.TryParse(text, out var position));
        if (isPlace) Assert.Equal(text, position.ToString());
    }

    private StreamPosition Begin()
    {
        Read(null);
        Wait(2);
        return Read(null)!.Next;
    }

    private void Wait(double seconds) => _now += TimeSpan.FromSeconds(seconds);

    private bool Append(params string[] ids) => _stream.Append(Batch("s1", ++_number, ids), _now);

    private EventPage? Read(StreamPosition? after, int limit = 1000) => _stream.Read(after, limit, _now);

    private static string[] Ids(EventPage page) => [.. page.Entries.Select(entry => entry.Event!.Id)];

    private static EventBatch Batch(string feed, long number, params string[] ids) => new(feed, number, [.. ids.Select(Event)], HasLost: false, IsLast: false);

    private static ClusterEvent Event(string id) => new(id, EventKind.CallChanged, "c1", Start, []);
}
