using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Media.Mixing;
using CallCluster.Media.Rtcp;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Engine;

public class ComfortNoiseTests : EngineTest
{
    private const int Noise = 13;
    private uint _ours;

    private static RtpPacket Silence(int sequence, int timestamp, byte level = 50) => new(Noise, (ushort)sequence, (uint)timestamp, 1, [level]);

    private static RtpPacket Speech(int sequence, int timestamp) => new(0, (ushort)sequence, (uint)timestamp, 1, [.. Enumerable.Repeat((byte)sequence, 160)], Marker: sequence == 4);

    /// <summary>Two packets of speech, a silence of a second announced twice, two of speech.</summary>
    private static readonly RtpPacket[] s_spurts = [Speech(0, 0), Speech(1, 160), Silence(2, 320), Silence(3, 4320), Speech(4, 8320), Speech(5, 8480)];

    [Fact]
    public void It_passes_to_a_peer_that_takes_it_under_the_number_it_has_there()
    {
        var (alice, bob) = (Peer(1), Peer(2));
        var (a, b) = (Open(alice, p => p with { ReceiveComfortNoise = Noise }), Open(bob, p => p with { SendComfortNoise = 96 }));
        a.Bridge(b);
        Settle(a, b);
        foreach (var packet in s_spurts)
            alice.Send(a.LocalPort, packet);
        var heard = bob.Receive(6);
        Assert.Equal([0, 0, 96, 96, 0, 0], heard.Select(p => p.PayloadType));
        Assert.Equal(s_spurts.Select(p => p.Payload), heard.Select(p => p.Payload));
        Assert.Equal(s_spurts.Select(p => p.Timestamp), heard.Select(p => p.Timestamp - heard[0].Timestamp));
        Assert.True(heard[4].Marker);
        Assert.Equal((6, 0, 0), (a.Statistics.PacketsReceived, a.Statistics.PacketsLost, a.Statistics.PacketsDropped));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    public void For_a_peer_that_takes_none_it_is_left_out_without_a_hole_in_the_numbers(int milliseconds)
    {
        var (alice, bob) = (Peer(1), Peer(2));
        var (a, b) = (Open(alice, p => p with { ReceiveComfortNoise = Noise }), Open(bob, p => p with { PtimeMilliseconds = milliseconds }));
        a.Bridge(b);
        Settle(a, b);
        foreach (var packet in s_spurts)
            alice.Send(a.LocalPort, packet);
        var heard = bob.Receive(80 / milliseconds);
        for (var i = 1; i < heard.Length; i++)
            Assert.Equal((ushort)(heard[i - 1].Sequence + 1), heard[i].Sequence);
        Assert.Equal(8320u, heard[heard.Length / 2].Timestamp - heard[0].Timestamp);
        Assert.Equal(2, Engine.Totals().DroppedFor(RtpDropReason.ComfortNoise));
        Assert.Equal(0, a.Statistics.PacketsLost);
    }

    [Fact]
    public void Who_did_not_agree_on_it_has_it_dropped()
    {
        var alice = Peer(1);
        var a = Open(alice);
        Settle(a);
        alice.Send(a.LocalPort, Speech(0, 0));
        alice.Send(a.LocalPort, Silence(1, 160));
        WaitForDropped(RtpDropReason.PayloadType, 1);
    }

    [Fact]
    public void Before_a_transcoding_bridge_a_silence_is_no_loss_and_the_speech_after_it_is_whole()
    {
        var (alice, bob) = (Peer(1), Peer(2, 9));
        var (a, b) = (Open(alice, p => p with { ReceiveComfortNoise = Noise }), Open(bob, p => p with { Codec = MediaCodec.G722 }));
        a.Bridge(b);
        Settle(a, b);
        foreach (var packet in s_spurts)
            alice.Send(a.LocalPort, packet);
        var heard = bob.Receive(4);
        Assert.Equal([0u, 160u, 8320u, 8480u], heard.Select(p => p.Timestamp - heard[0].Timestamp));
        WaitForDropped(RtpDropReason.ComfortNoise, 2);
        Assert.False(bob.HasPacket);
    }

    [Fact]
    public void In_a_mix_it_is_noise_at_its_level_until_speech_goes_on()
    {
        var (alice, bob) = (Peer(1), Peer(2));
        var (a, b) = (Open(alice, p => p with { ReceiveComfortNoise = Noise }), Open(bob));
        Engine.CreateMix().Set([new MixHearing(a, []), new MixHearing(b, [a])]);
        Settle(a, b);
        alice.Send(a.LocalPort, Silence(0, 0, level: 40));
        WaitFor(() => a.Statistics.PacketsReceived == 1, "the silence is announced");
        short[] heard = [.. Hear(20)];
        // 40 dB below overload is a root mean square of 328.
        Assert.InRange(Rms(heard), 280, 380);
        for (var i = 1; i <= 3; i++)
            alice.Send(a.LocalPort, new RtpPacket(0, (ushort)i, (uint)(3200 + i * 160), 1, [.. Enumerable.Repeat((byte)0x90, 160)]));
        WaitFor(() => a.Statistics.PacketsReceived == 4, "speech goes on");
        heard = [.. Hear(6)];
        var said = G711.Decode(0x90, G711Law.Mu);
        Assert.Equal(480, heard.Count(sample => sample == said));
        Assert.Equal(0, heard[^1]);

        IEnumerable<short> Hear(int ticks)
        {
            for (var i = 0; i < ticks; i++)
            {
                Advance(20);
                foreach (var code in bob.Receive().Payload)
                    yield return G711.Decode(code, G711Law.Mu);
            }
        }

        static double Rms(short[] samples) => Math.Sqrt(samples.Average(sample => (double)sample * sample));
    }

    /// <summary>A stream whose peer announced silence, with a time limit of ten seconds.</summary>
    private MediaStream Silent(RtpPeer peer)
    {
        var stream = Open(peer, p => p with { ReceiveComfortNoise = Noise, MediaTimeout = TimeSpan.FromSeconds(10) });
        Settle(stream);
        stream.Play([Media.Prompts.Prompt.FromPcm("to know our SSRC", new short[1600])]);
        _ours = peer.Receive().Ssrc;
        stream.StopPlaying();
        Assert.Equal("played 0 interrupted", NextTold());
        peer.Send(stream.LocalPort, Speech(0, 0));
        peer.Send(stream.LocalPort, Silence(1, 160));
        WaitFor(() => stream.Statistics.PacketsReceived == 2, "the silence is announced");
        return stream;
    }

    private void Wait(MediaStream stream, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Advance(1000);
            Settle(stream);
        }
    }

    private void Report(RtpPeer peer, MediaStream stream, int number)
    {
        var bytes = new byte[200];
        var length = RtcpPacket.Write(bytes, 1, null, new ReportBlock(_ours, 0, number, 0, 0, 0, 0), "a"u8, bye: false);
        peer.SendRtcp(stream.LocalPort + 1, bytes[..length]);
        WaitFor(() => stream.Statistics.RemotePacketsLost == number, "the report is in");
    }

    [Fact]
    public void A_silence_that_was_announced_is_no_dead_media_while_RTCP_comes_and_one_that_was_not_is()
    {
        var alice = Peer(1);
        var a = Silent(alice);
        for (var i = 1; i <= 12; i++)
        {
            Report(alice, a, i);
            Wait(a, 5);
        }
        AssertNothingTold();
        alice.Send(a.LocalPort, Speech(2, 480_000));
        WaitFor(() => a.Statistics.PacketsReceived == 3, "speech goes on");
        Wait(a, 9);
        AssertNothingTold();
        Wait(a, 2);
        Assert.Equal("timeout", NextTold());
    }

    [Fact]
    public void A_phone_that_loses_power_while_silent_is_dead_when_its_RTCP_has_ended()
    {
        var alice = Peer(1);
        var a = Silent(alice);
        Wait(a, 5);
        Report(alice, a, 1);
        Wait(a, 24);
        AssertNothingTold();
        Wait(a, 2);
        Assert.Equal("timeout", NextTold());
    }

    [Fact]
    public void A_silent_phone_without_RTCP_is_dead_after_five_times_as_long()
    {
        var a = Silent(Peer(1));
        Wait(a, 49);
        AssertNothingTold();
        Wait(a, 2);
        Assert.Equal("timeout", NextTold());
    }

    [Fact]
    public void A_peer_in_place_of_a_silent_one_has_announced_nothing_and_a_refresh_takes_nothing_back()
    {
        var (alice, bob) = (Peer(1), Peer(2));
        var a = Silent(alice);
        MediaStreamParameters With(RtpPeer peer) => new() { Remote = peer.Address, ReceiveComfortNoise = Noise, MediaTimeout = TimeSpan.FromSeconds(10) };
        a.Configure(With(alice));
        Settle(a);
        Wait(a, 20);
        AssertNothingTold();
        a.Configure(With(bob));
        Settle(a);
        Wait(a, 11);
        Assert.Equal("timeout", NextTold());
    }
}
