using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Media.Prompts;

namespace CallCluster.Media.Tests.Engine;

/// <summary>Frames are counted against a clock that the test moves: pacing is a matter of sequence and timestamp.</summary>
public sealed class PlaybackTests : EngineTest
{
    private static Prompt Ramp(int samples, int start = 0) => Prompt.FromPcm("ramp", [.. Enumerable.Range(start, samples).Select(i => (short)(i * 8))]);

    [Theory]
    [InlineData(10, 80)]
    [InlineData(20, 160)]
    [InlineData(30, 240)]
    [InlineData(60, 480)]
    [InlineData(5, 80)]
    [InlineData(1000, 480)]
    public void A_prompt_arrives_whole_in_frames_of_the_negotiated_length(int ptime, int frame)
    {
        var alice = Peer();
        var a = Open(alice, p => p with { PtimeMilliseconds = ptime });
        var prompt = Ramp(1000);
        a.Play([prompt], playId: 42);
        var frames = (1000 + frame - 1) / frame;
        List<byte> heard = [];
        for (var i = 0; i < frames; i++)
        {
            var packet = alice.Receive();
            Assert.False(alice.HasPacket);
            Assert.Equal((frame, i == 0, 0), (packet.Payload.Length, packet.Marker, packet.PayloadType));
            heard.AddRange(packet.Payload);
            AssertNothingTold();
            Advance(frame / 8);
        }
        Assert.Equal("played 42", NextTold());
        Assert.Equal(prompt.Encoded(MediaCodec.Pcmu).ToArray(), heard.Take(1000));
        Assert.All(heard.Skip(1000), code => Assert.Equal(0xFF, code));
    }

    [Fact]
    public void No_frame_comes_before_its_time_and_a_late_clock_catches_up()
    {
        var alice = Peer();
        var a = Open(alice);
        a.Play([Ramp(8000)]);
        var first = alice.Receive();
        Advance(19);
        Settle(a);
        Assert.False(alice.HasPacket);
        Advance(41);
        var rest = alice.Receive(3);
        Assert.Equal([160u, 320u, 480u], rest.Select(p => p.Timestamp - first.Timestamp));
        Assert.False(alice.HasPacket);
    }

    [Fact]
    public void After_a_long_stall_playback_goes_on_from_now_without_a_burst()
    {
        var alice = Peer();
        var a = Open(alice);
        a.Play([Ramp(80_000)]);
        var first = alice.Receive();
        Advance(3000);
        var resumed = alice.Receive();
        Assert.True(resumed.Marker);
        Assert.Equal(first.Timestamp + 24_000, resumed.Timestamp);
        Settle(a);
        Assert.False(alice.HasPacket);
        Advance(20);
        Assert.Equal(first.Timestamp + 24_160, alice.Receive().Timestamp);
    }

    [Fact]
    public void Music_goes_on_where_an_announcement_has_cut_it_and_another_piece_begins_anew()
    {
        var alice = Peer();
        var a = Open(alice);
        var (music, other, announcement) = (Ramp(1000), Ramp(1000), Ramp(160, 2000));
        a.Play([music], loop: true);
        Assert.Equal(music.Encoded(MediaCodec.Pcmu)[..160].ToArray(), alice.Receive().Payload);
        Advance(20);
        Assert.Equal(music.Encoded(MediaCodec.Pcmu)[160..320].ToArray(), alice.Receive().Payload);
        a.Play([announcement], playId: 7);
        Settle(a);
        Advance(20);
        Assert.Equal(announcement.Encoded(MediaCodec.Pcmu).ToArray(), alice.Receive().Payload);
        a.Play([music], loop: true);
        Settle(a);
        Advance(20);
        Assert.Equal(music.Encoded(MediaCodec.Pcmu)[320..480].ToArray(), alice.Receive().Payload);
        a.Play([other], loop: true);
        Settle(a);
        Advance(20);
        Assert.Equal(other.Encoded(MediaCodec.Pcmu)[..160].ToArray(), alice.Receive().Payload);
    }

    [Fact]
    public void Prompts_follow_one_another_without_a_seam_and_loop()
    {
        var alice = Peer();
        var a = Open(alice, p => p with { Codec = MediaCodec.Pcma });
        var (one, two) = (Ramp(100), Ramp(150, 500));
        a.Play([one, two], loop: true);
        List<byte> heard = [];
        for (var i = 0; i < 10; i++)
        {
            heard.AddRange(alice.Receive().Payload);
            Advance(20);
        }
        byte[] round = [.. one.Encoded(MediaCodec.Pcma).Span, .. two.Encoded(MediaCodec.Pcma).Span];
        for (var i = 0; i < heard.Count; i++)
            Assert.Equal(round[i % round.Length], heard[i]);
        a.StopPlaying();
        Assert.Equal("played 0 interrupted", NextTold());
    }

    [Fact]
    public void A_digit_ends_an_interruptible_prompt_and_no_other()
    {
        var alice = Peer();
        var a = Open(alice);
        a.Play([Ramp(80_000)], interruptible: false, playId: 1);
        alice.Receive();
        alice.Send(a.LocalPort, RtpPacket.Event('1', 1, 1000, 160));
        Assert.Equal("digit 1", NextTold());
        a.Play([Ramp(80_000)], interruptible: true, playId: 2);
        Assert.Equal("played 1 interrupted", NextTold());
        alice.Send(a.LocalPort, RtpPacket.Event('2', 2, 3000, 160));
        Assert.Equal("played 2 interrupted", NextTold());
        Assert.Equal("digit 2", NextTold());
        while (alice.HasPacket)
            alice.Receive();
        Advance(20);
        Settle(a);
        Assert.False(alice.HasPacket);
    }

    [Fact]
    public void An_empty_prompt_and_no_prompt_are_finished_at_once()
    {
        var alice = Peer();
        var a = Open(alice);
        a.Play([], playId: 1);
        Assert.Equal("played 1", NextTold());
        a.Play([Prompt.FromPcm("empty", [])], loop: true, playId: 2);
        Assert.Equal("played 2", NextTold());
    }

    [Fact]
    public void Playback_waits_for_the_first_configuration()
    {
        var alice = Peer();
        var a = Engine.Open(this);
        a.Play([Ramp(160)], playId: 9);
        Settle(a);
        Advance(60);
        Settle(a);
        AssertNothingTold();
        a.Configure(new MediaStreamParameters { Remote = alice.Address });
        Settle(a);
        Advance(20);
        Assert.Equal(Ramp(160).Encoded(MediaCodec.Pcmu).ToArray(), alice.Receive().Payload);
    }

    [Fact]
    public void On_hold_time_passes_and_nothing_is_sent()
    {
        var alice = Peer();
        var a = Open(alice, p => p with { Direction = MediaDirection.Inactive });
        a.Play([Ramp(320)], playId: 3);
        Settle(a);
        Advance(20);
        Settle(a);
        Advance(20);
        Assert.Equal("played 3", NextTold());
        Assert.False(alice.HasPacket);
    }
}
