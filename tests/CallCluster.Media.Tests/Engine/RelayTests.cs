using System.Net;
using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Media.Prompts;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Engine;

public class RelayTests : EngineTest
{
    [Fact]
    public void Audio_passes_both_ways_unchanged_under_the_streams_own_ssrc()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        var sent = Enumerable.Range(0, 20).Select(_ => alice.SendAudio(a.LocalPort)).ToArray();
        var heard = bob.Receive(20);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(sent[i].Payload, heard[i].Payload);
            Assert.Equal((ushort)(heard[0].Sequence + i), heard[i].Sequence);
            Assert.Equal(heard[0].Timestamp + (uint)i * 160, heard[i].Timestamp);
            Assert.Equal(i == 0, heard[i].Marker);
        }
        var ssrc = Assert.Single(heard.Select(p => p.Ssrc).Distinct());
        Assert.NotEqual(1u, ssrc);
        var answer = bob.SendAudio(b.LocalPort);
        Assert.Equal(answer.Payload, alice.Receive().Payload);
        Assert.Equal(20, a.Statistics.PacketsReceived);
        WaitFor(() => a.Statistics.PacketsSent == 1, "the packet that was heard is counted");
    }

    [Fact]
    public void Through_prompt_bridge_music_and_another_agent_the_caller_hears_one_stream()
    {
        var caller = Peer(1);
        var first = Peer(2);
        var second = Peer(3);
        var (c, f, s) = (Open(caller), Open(first), Open(second));
        List<RtpPacket> heard = [];

        c.Play([Tones.Beep], playId: 1);
        for (var i = 0; i < 3; i++)
        {
            heard.Add(caller.Receive());
            Advance(20);
        }
        heard.Add(caller.Receive());
        c.Bridge(f);
        Assert.Equal("played 1 interrupted", NextTold());
        Settle(c, f);
        for (var i = 0; i < 3; i++)
        {
            Advance(20);
            var sent = first.SendAudio(f.LocalPort);
            heard.Add(caller.Receive());
            Assert.Equal(sent.Payload, heard[^1].Payload);
        }
        c.Unbridge();
        c.Play([Tones.Hold], loop: true, playId: 2);
        Settle(c);
        heard.Add(caller.Receive());
        Advance(20);
        heard.Add(caller.Receive());
        c.Bridge(s);
        Settle(c, s);
        for (var i = 0; i < 3; i++)
        {
            Advance(20);
            second.SendAudio(s.LocalPort);
            heard.Add(caller.Receive());
        }

        Assert.Single(heard.Select(p => p.Ssrc).Distinct());
        for (var i = 1; i < heard.Count; i++)
        {
            Assert.Equal((ushort)(heard[i - 1].Sequence + 1), heard[i].Sequence);
            Assert.InRange(heard[i].Timestamp - heard[i - 1].Timestamp, 160u, 480u);
        }
        Assert.Equal([0, 4, 7, 9], heard.Index().Where(p => p.Item.Marker).Select(p => p.Index));
    }

    [Fact]
    public void Keys_pass_the_bridge_under_the_other_sides_payload_type_and_are_not_told()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var a = Open(alice, p => p with { ReceiveTelephoneEvent = 96 });
        var b = Open(bob, p => p with { SendTelephoneEvent = 120 });
        a.Bridge(b);
        Settle(a, b);
        for (ushort i = 0; i < 3; i++)
            alice.Send(a.LocalPort, RtpPacket.Event('9', i, 8000, 800, end: true, payloadType: 96));
        var heard = bob.Receive(3);
        Assert.All(heard, p => Assert.Equal((120, 9, heard[0].Timestamp), (p.PayloadType, p.TelephoneEvent.Code, p.Timestamp)));
        AssertNothingTold();
        Assert.Equal(1, a.Statistics.DigitsReceived);
    }

    [Fact]
    public void Keys_are_told_while_bridged_when_asked_for()
    {
        Options = Options with { ReportDigitsWhileBridged = true };
        var alice = Peer(1);
        var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob, p => p with { SendTelephoneEvent = null }));
        a.Bridge(b);
        Settle(a, b);
        alice.Send(a.LocalPort, RtpPacket.Event('#', 1, 8000, 160));
        Assert.Equal("digit #", NextTold());
        WaitForDropped(RtpDropReason.TelephoneEvent, 1);
    }

    [Fact]
    public void Rfc_3264_section_5_1_direction_is_respected()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var a = Open(alice, p => p with { Direction = MediaDirection.SendOnly });
        var b = Open(bob);
        a.Bridge(b);
        Settle(a, b);
        alice.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Direction, 1);
        var answer = bob.SendAudio(b.LocalPort);
        Assert.Equal(answer.Payload, alice.Receive().Payload);

        a.Configure(new MediaStreamParameters { Remote = alice.Address, Direction = MediaDirection.ReceiveOnly });
        Settle(a);
        bob.SendAudio(b.LocalPort);
        WaitForDropped(RtpDropReason.Direction, 2);
        var resumed = alice.SendAudio(a.LocalPort);
        Assert.Equal(resumed.Payload, bob.Receive().Payload);
        Assert.False(alice.HasPacket);
    }

    [Fact]
    public void Extensions_csrcs_and_padding_of_one_side_end_at_the_bridge()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        alice.Send(a.LocalPort, [0xB1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0xBE, 0xDE, 0, 1, 7, 7, 7, 7, 0x55, 0x66, 0x77, 1]);
        Assert.Equal([0x55, 0x66, 0x77], bob.Receive().Payload);
        Assert.Equal(15, bob.Rtp.Available == 0 ? 15 : 0);
    }

    [Fact]
    public void A_peer_with_an_address_of_the_other_family_is_sent_nothing()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var a = Open(alice);
        var b = Open(bob, p => p with { Remote = new IPEndPoint(IPAddress.Parse($"2001:db8::{IPAddress.Loopback.MapToIPv6().ToString()[7..]}"), bob.Address.Port), RemoteRtcp = null });
        a.Bridge(b);
        Settle(a, b);
        alice.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 1, "the packet is in");
        Settle(b);
        Assert.False(bob.HasPacket);
        Assert.Equal((0, 0), (b.Statistics.PacketsSent, Engine.Totals().Faults));
    }

    [Theory]
    [InlineData(MediaCodec.Pcma)]
    [InlineData(MediaCodec.G722)]
    public void A_relayed_packet_allocates_nothing_on_the_media_thread(MediaCodec codec)
    {
        Options = Options with { ReportDigitsWhileBridged = false };
        var alice = Peer(1);
        var bob = Peer(2, (int)codec);
        var (a, b) = (Open(alice), Open(bob, p => p with { Codec = codec }));
        a.Bridge(b);
        Settle(a, b);
        long Pump(int count)
        {
            for (var i = 0; i < count; i++)
            {
                alice.SendAudio(a.LocalPort);
                bob.Receive();
            }
            var bytes = 0L;
            a.Post(() => bytes = GC.GetAllocatedBytesForCurrentThread());
            Settle(a);
            return bytes;
        }
        Pump(200);
        var before = Pump(1);
        Assert.True(before > 0);
        Assert.Equal(before, Pump(2000));
    }
}
