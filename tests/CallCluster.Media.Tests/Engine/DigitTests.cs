using CallCluster.Media.Engine;
using CallCluster.Media.Prompts;

namespace CallCluster.Media.Tests.Engine;

/// <summary>RFC 4733 over real sockets.</summary>
public sealed class DigitTests : EngineTest
{
    [Fact]
    public void Keys_with_duplicates_losses_and_disorder_are_told_once_each_and_in_order()
    {
        var alice = Peer();
        var a = Open(alice);
        ushort sequence = 0;
        foreach (var (key, i) in "13#".Select((k, i) => (k, i)))
        {
            var timestamp = (uint)(1000 + i * 2000);
            List<RtpPacket> packets = [.. Enumerable.Range(1, 5).Select(n => RtpPacket.Event(key, sequence++, timestamp, n * 160))];
            packets.AddRange(Enumerable.Range(0, 3).Select(_ => RtpPacket.Event(key, sequence++, timestamp, 800, end: true)));
            // The first is lost, the second comes twice, two change places.
            foreach (var p in (RtpPacket[])[packets[1], packets[1], packets[3], packets[2], packets[5], packets[4], packets[6], packets[7]])
                alice.Send(a.LocalPort, p);
        }
        Assert.Equal(["digit 1", "digit 3", "digit #"], [NextTold(), NextTold(), NextTold()]);
        WaitFor(() => a.Statistics.PacketsReceived == 24, "all packets are in");
        AssertNothingTold();
        Assert.Equal(3, a.Statistics.DigitsReceived);
    }

    [Fact]
    public void Sent_keys_are_events_with_one_timestamp_each_a_marker_and_three_ends()
    {
        var alice = Peer();
        var a = Open(alice, p => p with { SendTelephoneEvent = 97 });
        a.SendDigits("5d");
        List<RtpPacket> heard = [];
        for (var i = 0; i < 18; i++)
        {
            Settle(a);
            while (alice.HasPacket)
                heard.Add(alice.Receive());
            Advance(20);
        }
        Assert.Equal("sent", NextTold());
        Assert.Equal(14, heard.Count);
        Assert.All(heard, p => Assert.Equal((97, heard[0].Ssrc), (p.PayloadType, p.Ssrc)));
        Assert.Equal(Enumerable.Range(0, 14).Select(i => (ushort)(heard[0].Sequence + i)), heard.Select(p => p.Sequence));
        Assert.Equal([0, 7], heard.Index().Where(p => p.Item.Marker).Select(p => p.Index));
        Assert.Equal([5, 15], heard.Select(p => (int)p.TelephoneEvent.Code).Distinct());
        Assert.Equal(2, heard.Select(p => p.Timestamp).Distinct().Count());
        // 7 packets and 2 silent periods later.
        Assert.InRange(heard[7].Timestamp - heard[0].Timestamp, 8u * 180, 8u * 200);
        Assert.Equal(6, heard.Count(p => p.TelephoneEvent.End));
        Assert.Equal(2, a.Statistics.DigitsSent);
    }

    [Fact]
    public void A_prompt_waits_for_keys_and_goes_on_after_them()
    {
        var alice = Peer();
        var a = Open(alice);
        a.Play([Prompt.FromPcm("long", new short[80_000])]);
        var before = alice.Receive();
        a.SendDigits("1");
        List<RtpPacket> heard = [];
        for (var i = 0; i < 12; i++)
        {
            Settle(a);
            while (alice.HasPacket)
                heard.Add(alice.Receive());
            Advance(20);
        }
        Assert.Equal("sent", NextTold());
        var after = heard.First(p => p.PayloadType == 0);
        Assert.True(after.Marker);
        Assert.Equal(7, heard.Count(p => p.PayloadType == 101));
        Assert.InRange(after.Timestamp - before.Timestamp, 8u * 160, 8u * 240);
    }

    [Fact]
    public void A_peer_without_telephone_event_gets_none_and_the_caller_is_not_left_waiting()
    {
        var alice = Peer();
        var a = Open(alice, p => p with { SendTelephoneEvent = null });
        a.SendDigits("123");
        Assert.Equal("sent", NextTold());
        Assert.False(alice.HasPacket);
    }

    [Fact]
    public void What_is_no_key_is_refused()
    {
        var alice = Peer();
        var a = Open(alice);
        Assert.Throws<ArgumentException>(() => a.SendDigits("12x"));
    }
}
