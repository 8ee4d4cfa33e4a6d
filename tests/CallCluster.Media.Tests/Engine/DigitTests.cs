using CallCluster.Media.Codecs;
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
    public void Tones_in_the_audio_are_told_and_keys_for_such_a_peer_are_tones()
    {
        var (alice, bob) = (Peer(1), Peer(2, 8));
        var a = Open(alice, p => p with { InbandDtmf = true, SendTelephoneEvent = null, ReceiveTelephoneEvent = null });
        var b = Open(bob, p => p with { InbandDtmf = true, Codec = MediaCodec.Pcma });
        a.SendDigits("39");
        List<RtpPacket> tones = [];
        for (var i = 0; i < 18; i++)
        {
            Settle(a);
            while (alice.HasPacket)
                tones.Add(alice.Receive());
            Advance(20);
        }
        Assert.Equal("sent", NextTold());
        Assert.Equal(16, tones.Count);
        Assert.Equal(2, a.Statistics.DigitsSent);
        var samples = new short[160];
        foreach (var packet in tones)
        {
            G711.Decode(packet.Payload, samples, G711Law.Mu);
            var codes = new byte[160];
            G711.Encode(samples, codes, G711Law.A);
            bob.SendAudio(b.LocalPort, codes);
        }
        Assert.Equal(["digit 3", "digit 9"], [NextTold(), NextTold()]);
        Assert.Equal(2, b.Statistics.DigitsReceived);
    }

    [Fact]
    public void A_key_pressed_towards_a_peer_with_tones_passes_the_bridge_as_a_tone()
    {
        var (alice, bob) = (Peer(1), Peer(2));
        var (a, b) = (Open(alice), Open(bob, p => p with { InbandDtmf = true, SendTelephoneEvent = null }));
        a.Bridge(b);
        Settle(a, b);
        for (ushort i = 0; i < 3; i++)
            alice.Send(a.LocalPort, RtpPacket.Event('6', i, 8000, 160 * (i + 1), end: i == 2));
        List<short> heard = [];
        var samples = new short[160];
        for (var i = 0; i < 8; i++)
        {
            G711.Decode(bob.Receive().Payload, samples, G711Law.Mu);
            heard.AddRange(samples);
            Advance(20);
        }
        Assert.Equal("6", Dtmf.InbandDtmfTests.Detect([.. heard]));
        Assert.Equal(1, b.Statistics.DigitsSent);
    }

    [Fact]
    public void What_is_no_key_is_refused()
    {
        var alice = Peer();
        var a = Open(alice);
        Assert.Throws<ArgumentException>(() => a.SendDigits("12x"));
    }
}
