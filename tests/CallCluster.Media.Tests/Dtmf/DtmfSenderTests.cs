using CallCluster.Media.Dtmf;

namespace CallCluster.Media.Tests.Dtmf;

public sealed class DtmfSenderTests
{
    private static List<(TelephoneEvent Event, bool Starts)?> Run(string digits, int ptime)
    {
        var sender = new DtmfSender();
        sender.Enqueue(digits);
        List<(TelephoneEvent, bool)?> sent = [];
        while (sender.IsActive)
        {
            Assert.True(sent.Count < 1000);
            sent.Add(sender.Next(ptime, 8000, out var next, out var starts) ? (next, starts) : null);
        }
        return sent;
    }

    [Fact]
    public void Section_2_5_1_a_key_is_updates_of_rising_duration_and_three_equal_ends()
    {
        var packets = Run("7", 20).Where(p => p is not null).Select(p => p!.Value).ToArray();
        Assert.Equal([160, 320, 480, 640, 800, 800, 800], packets.Select(p => (int)p.Event.Duration));
        Assert.Equal([false, false, false, false, true, true, true], packets.Select(p => p.Event.End));
        Assert.Equal([true, false, false, false, false, false, false], packets.Select(p => p.Starts));
        Assert.All(packets, p => Assert.Equal(7, p.Event.Code));
    }

    [Fact]
    public void What_does_not_fit_the_queue_is_dropped_and_said()
    {
        var sender = new DtmfSender();
        Assert.Equal(0, sender.Enqueue(new string('1', 30)));
        Assert.Equal(3, sender.Enqueue("23456"));
        var sent = new List<int>();
        while (sender.IsActive)
        {
            if (sender.Next(20, 8000, out var next, out var starts) && starts)
                sent.Add(next.Code);
        }
        Assert.Equal([.. Enumerable.Repeat(1, 30), 2, 3], sent);
        Assert.Equal(0, sender.Enqueue("7"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(60)]
    public void Between_keys_there_is_silence_of_at_least_40_ms(int ptime)
    {
        var packets = Run("1*", ptime);
        var second = packets.FindLastIndex(p => p is { Starts: true });
        Assert.True(packets[..second].Count(p => p is null) * ptime >= DtmfSender.PauseMilliseconds);
        Assert.Equal(3, packets[..second].Count(p => p is { Event.End: true }));
        Assert.Equal(10, packets[second]!.Value.Event.Code);
    }
}
