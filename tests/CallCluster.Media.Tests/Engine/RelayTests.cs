using System.Net;
using CallCluster.Media.Codecs;
using CallCluster.Media.Comparison;
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

    [Theory]
    [InlineData(G711Law.Mu, G711Law.A)]
    [InlineData(G711Law.A, G711Law.Mu)]
    public void Laws_that_differ_are_transcoded(G711Law from, G711Law to)
    {
        var alice = Peer(1, (int)from);
        var bob = Peer(2, (int)to);
        var a = Open(alice, p => p with { Codec = (MediaCodec)from });
        var b = Open(bob, p => p with { Codec = (MediaCodec)to });
        a.Bridge(b);
        Settle(a, b);
        var payload = Enumerable.Range(0, 160).Select(i => (byte)i).ToArray();
        alice.SendAudio(a.LocalPort, payload);
        var heard = bob.Receive();
        Assert.Equal((int)to, heard.PayloadType);
        for (var i = 0; i < 160; i++)
            Assert.Equal(G711.Encode(G711.Decode((byte)i, from), to), heard.Payload[i]);
    }

    [Theory]
    [InlineData(MediaCodec.G722, MediaCodec.Pcmu)]
    [InlineData(MediaCodec.Pcma, MediaCodec.G722)]
    public void Speech_is_transcoded_packet_by_packet_from_and_to_G722(MediaCodec from, MediaCodec to)
    {
        var speech = Tones.Babble(TimeSpan.FromSeconds(2), seed: 4);
        var said = Prompt.FromPcm("speech", speech).Encoded(from);
        var alice = Peer(1, (int)from);
        var bob = Peer(2, (int)to);
        var a = Open(alice, p => p with { Codec = from });
        var b = Open(bob, p => p with { Codec = to });
        a.Bridge(b);
        Settle(a, b);
        var decoder = new AudioDecoder();
        var heard = new short[speech.Length];
        for (var at = 0; at < said.Length; at += 160)
        {
            var sent = alice.SendAudio(a.LocalPort, said.Slice(at, 160).ToArray());
            var packet = bob.Receive();
            Assert.Equal((int)to, packet.PayloadType);
            Assert.Equal(160, packet.Payload.Length);
            decoder.Decode(packet.Payload, heard.AsSpan(at), to);
        }
        Assert.True(AudioComparison.Compare(speech, heard).IsIntact);
    }

    [Theory]
    [InlineData(10, 20)]
    [InlineData(20, 60)]
    [InlineData(60, 20)]
    [InlineData(30, 20)]
    [InlineData(20, 10)]
    public void Packets_get_the_length_that_the_other_side_asked_for(int from, int to)
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var a = Open(alice);
        var b = Open(bob, p => p with { PtimeMilliseconds = to });
        a.Bridge(b);
        Settle(a, b);
        byte[] said = [.. Enumerable.Range(0, 8 * 600).Select(i => (byte)(i * 31 >> 3))];
        var (frame, sequence) = (from * 8, (ushort)1000);
        for (var at = 0; at < said.Length; at += frame)
            alice.Send(a.LocalPort, new RtpPacket(0, sequence++, 5000 + (uint)at, 1, said[at..(at + frame)]));
        var heard = bob.Receive(said.Length / (to * 8));
        Assert.Equal(said, heard.SelectMany(p => p.Payload));
        for (var i = 1; i < heard.Length; i++)
        {
            Assert.Equal((ushort)(heard[i - 1].Sequence + 1), heard[i].Sequence);
            Assert.Equal(heard[i - 1].Timestamp + (uint)(to * 8), heard[i].Timestamp);
        }
    }

    [Fact]
    public void A_key_between_packets_of_other_lengths_keeps_its_place_in_the_numbers()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        void Say(int sequence) => alice.Send(a.LocalPort, new RtpPacket(0, (ushort)sequence, (uint)sequence * 80, 1, new byte[80]));
        for (var i = 0; i < 5; i++)
            Say(i);
        alice.Send(a.LocalPort, RtpPacket.Event('7', 5, 400, 160, end: true, ssrc: 1));
        Say(6);
        Say(7);
        var heard = bob.Receive(5);
        Assert.Equal([160, 160, 80, 4, 160], heard.Select(p => p.Payload.Length));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => (ushort)(heard[0].Sequence + i)), heard.Select(p => p.Sequence));
    }

    [Fact]
    public void What_is_lost_before_a_transcoding_bridge_is_made_up_and_what_is_late_is_put_in_order()
    {
        var speech = Tones.Babble(TimeSpan.FromSeconds(3), seed: 6);
        var said = Prompt.FromPcm("speech", speech).Encoded(MediaCodec.G722);
        var alice = Peer(1, 9);
        var bob = Peer(2);
        var (a, b) = (Open(alice, p => p with { Codec = MediaCodec.G722 }), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        int[] order = [.. Enumerable.Range(0, 150)];
        for (var i = 20; i < 150; i += 20)
            (order[i], order[i + 1]) = (order[i + 1], order[i]);
        foreach (var i in order.Where(i => i % 20 != 10))
            alice.Send(a.LocalPort, new RtpPacket(9, (ushort)i, (uint)i * 160, 1, said.Slice(i * 160, 160).ToArray()));
        var heard = bob.Receive(150);
        Assert.Equal(Enumerable.Range(0, 150).Select(i => (ushort)(heard[0].Sequence + i)), heard.Select(p => p.Sequence));
        var samples = new short[speech.Length];
        G711.Decode([.. heard.SelectMany(p => p.Payload)], samples, G711Law.Mu);
        var comparison = AudioComparison.Compare(speech, samples);
        Assert.True(comparison is { Similarity: > 0.95, Loss: < 0.08 }, $"{comparison}");
    }

    [Fact]
    public void G722_passes_between_two_who_speak_it_byte_for_byte()
    {
        var alice = Peer(1, 9);
        var bob = Peer(2, 9);
        var (a, b) = (Open(alice, p => p with { Codec = MediaCodec.G722 }), Open(bob, p => p with { Codec = MediaCodec.G722 }));
        a.Bridge(b);
        Settle(a, b);
        var sent = alice.SendAudio(a.LocalPort, [.. Enumerable.Range(0, 160).Select(i => (byte)(i * 7))]);
        Assert.Equal(sent.Payload, bob.Receive().Payload);
    }

    [Fact]
    public void A_change_of_codec_by_a_new_offer_keeps_the_bridge_talking()
    {
        var speech = Tones.Babble(TimeSpan.FromSeconds(2), seed: 5);
        var prompt = Prompt.FromPcm("speech", speech);
        var alice = Peer(1, 9);
        var bob = Peer(2);
        var a = Open(alice, p => p with { Codec = MediaCodec.G722, ReceivePayloadType = 9 });
        var b = Open(bob);
        a.Bridge(b);
        Settle(a, b);
        List<byte> heard = [];
        void Say(MediaCodec codec, int from, int to)
        {
            for (var at = from; at < to; at += 160)
            {
                alice.PayloadType = (int)codec;
                alice.SendAudio(a.LocalPort, prompt.Encoded(codec).Slice(at, 160).ToArray());
                heard.AddRange(bob.Receive().Payload);
            }
        }
        Say(MediaCodec.G722, 0, 8000);
        a.Configure(new MediaStreamParameters { Remote = alice.Address, Codec = MediaCodec.Pcma });
        Settle(a);
        Say(MediaCodec.Pcma, 8000, 16_000);
        var samples = new short[heard.Count];
        G711.Decode([.. heard], samples, G711Law.Mu);
        Assert.True(AudioComparison.Compare(speech, samples) is { Loss: < 0.02, Similarity: > 0.95 });
    }

    [Fact]
    public void Keys_of_a_16000_hertz_clock_last_as_long_on_the_other_side()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var (a, b) = (Open(alice, p => p with { TelephoneEventClock = 16_000 }), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        alice.Send(a.LocalPort, RtpPacket.Event('4', 1, 8000, 1600));
        Assert.Equal(800, bob.Receive().TelephoneEvent.Duration);
        bob.Send(b.LocalPort, RtpPacket.Event('5', 1, 8000, 40_000, ssrc: 2));
        Assert.Equal(ushort.MaxValue, alice.Receive().TelephoneEvent.Duration);
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

    [Fact]
    public void Commands_to_a_stream_of_a_closed_engine_do_nothing()
    {
        var alice = Peer(1);
        var a = Open(alice);
        Engine.Dispose();
        a.Play([Tones.Beep]);
        a.StopPlaying();
        a.Dispose();
        Assert.False(alice.HasPacket);
    }

    [Fact]
    public void After_unbridge_nothing_passes()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        b.Unbridge();
        Settle(a, b);
        alice.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 1, "the packet is in");
        Settle(a, b);
        Assert.False(bob.HasPacket);
    }

    [Fact]
    public void An_announcement_on_a_bridged_stream_is_heard_in_place_of_the_bridge_and_then_the_bridge_again()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        b.Play([Prompt.FromPcm("short", new short[320])], playId: 7);
        bob.Receive();
        alice.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Replaced, 1);
        Advance(20);
        bob.Receive();
        Advance(20);
        Assert.Equal("played 7", NextTold());
        var sent = alice.SendAudio(a.LocalPort);
        var heard = bob.Receive();
        Assert.Equal(sent.Payload, heard.Payload);
        Assert.True(heard.Marker);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_was_asked_last_of_either_stream_wins_whichever_takes_effect_first(int threads)
    {
        Options = Options with { Threads = threads };
        var alice = Peer(1);
        var bob = Peer(2);
        for (var round = 0; round < 50; round++)
        {
            var (a, b) = (Open(alice), Open(bob));
            b.Play([Tones.Hold], loop: true, playId: round);
            a.Bridge(b);
            Assert.Equal($"played {round} interrupted", NextTold());
            b.Unbridge();
            a.Bridge(b);
            Settle(a, b);
            WaitFor(() => a.Thread == b.Thread, "both are on one thread");
            Settle(a, b);
            while (bob.HasPacket)
                bob.Receive();
            var sent = alice.SendAudio(a.LocalPort);
            Assert.Equal(sent.Payload, bob.Receive().Payload);
            a.Bridge(b);
            b.Unbridge();
            Settle(a, b);
            alice.SendAudio(a.LocalPort);
            WaitFor(() => a.Statistics.PacketsReceived == 2, "the packet is in");
            Settle(a, b);
            Assert.False(bob.HasPacket);
            a.Dispose();
            b.Dispose();
        }
    }

    [Fact]
    public void Streams_of_different_threads_meet_on_one_and_keep_the_order_of_commands()
    {
        Options = Options with { Threads = 3 };
        for (var round = 0; round < 20; round++)
        {
            var alice = Peer(1);
            var bob = Peer(2);
            var (a, b) = (Open(alice), Open(bob));
            if ((round & 1) == 0)
                a.Bridge(b);
            else
                b.Bridge(a);
            a.Play([Tones.Beep], playId: round);
            a.StopPlaying();
            Assert.Equal($"played {round} interrupted", NextTold());
            Settle(a, b);
            WaitFor(() => a.Thread == b.Thread, "both are on one thread");
            Settle(a, b);
            while (alice.HasPacket)
                alice.Receive();
            var sent = bob.SendAudio(b.LocalPort);
            Assert.Equal(sent.Payload, alice.Receive().Payload);
            a.Dispose();
            b.Dispose();
        }
        WaitFor(() => Engine.OpenStreams == 0, "all streams are closed");
        Assert.Equal(0, Engine.Totals().Faults);
    }

    [Fact]
    public void Many_streams_bridged_at_random_over_threads_end_paired_and_without_fault()
    {
        const int seed = 99;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Options = Options with { Threads = 4 };
        var peer = Peer();
        var streams = Enumerable.Range(0, 12).Select(_ => Open(peer)).ToArray();
        for (var i = 0; i < 2000; i++)
        {
            var (x, y) = (random.Next(12), random.Next(12));
            if (x != y)
                streams[x].Bridge(streams[y]);
        }
        for (var i = 0; i < 3; i++)
            Settle(streams);
        Assert.Equal(0, Engine.Totals().Faults);
        streams[0].Bridge(streams[1]);
        WaitFor(() => streams[0].Thread == streams[1].Thread, "the last two met");
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
