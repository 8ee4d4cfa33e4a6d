using CallCluster.Media.Codecs;
using CallCluster.Media.Comparison;
using CallCluster.Media.Engine;
using CallCluster.Media.Prompts;

namespace CallCluster.Media.Tests.Engine;

/// <summary>Bridges whose sides differ in codec, packet length or clock.</summary>
public sealed class RelayCodecTests : EngineTest
{
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
    public void A_key_is_not_held_back_for_audio_that_is_late_and_keeps_its_place_in_the_numbers()
    {
        var alice = Peer(1, 9);
        var bob = Peer(2);
        var (a, b) = (Open(alice, p => p with { Codec = MediaCodec.G722 }), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        void Say(int sequence) => alice.Send(a.LocalPort, new RtpPacket(9, (ushort)sequence, (uint)sequence * 160, 1, new byte[160]));
        foreach (var sequence in (int[])[0, 1, 2, 4])
            Say(sequence);
        alice.Send(a.LocalPort, RtpPacket.Event('7', 5, 800, 160, end: true, ssrc: 1));
        var key = bob.Receive(4)[3];
        Assert.Equal(4, key.Payload.Length);
        Say(3);
        Say(6);
        var late = bob.Receive(3);
        Assert.Equal([-2, -1, 1], late.Select(packet => packet.Sequence - key.Sequence));
        Assert.Equal([-320, -160, 160], late.Select(packet => (int)(packet.Timestamp - key.Timestamp)));
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
}
