using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Rtp;

/// <summary>RFC 3550 section 5.1: whatever is heard in turn, the receiver sees one source whose sequence numbers rise by one and whose timestamps follow the clock.</summary>
public sealed class RtpSendTimelineTests
{
    private const long Ms = 1000;
    private RtpSendTimeline _timeline = new(0xABCD, 500, 10_000);

    private sealed record Sent(int Sequence, uint Timestamp, bool Marker);

    private Sent? Relay(uint ssrc, int sequence, uint timestamp, long now, bool marker = false, int length = 160) =>
        _timeline.TryRelay(new RtpHeader(0, marker, (ushort)sequence, timestamp, ssrc, 12, length), now, out var s, out var t, out var m) ? new Sent(s, t, m) : null;

    private Sent Generate(long now)
    {
        _timeline.Generate(160, now, out var s, out var t, out var m);
        return new Sent(s, t, m);
    }

    [Fact]
    public void Generated_frames_follow_without_gap_whatever_the_clock_does()
    {
        Assert.Equal(new Sent(500, 10_000, true), Generate(0));
        Assert.Equal(new Sent(501, 10_160, false), Generate(23 * Ms));
        Assert.Equal(new Sent(502, 10_320, false), Generate(39 * Ms));
    }

    [Fact]
    public void Within_a_relayed_source_loss_and_order_are_kept()
    {
        Assert.Equal(new Sent(500, 10_000, true), Relay(1, 7, 1000, 0));
        Assert.Equal(new Sent(501, 10_160, false), Relay(1, 8, 1160, 20 * Ms));
        Assert.Equal(new Sent(503, 10_480, false), Relay(1, 10, 1480, 60 * Ms));
        Assert.Equal(new Sent(502, 10_320, false), Relay(1, 9, 1320, 61 * Ms));
    }

    [Fact]
    public void From_prompt_to_bridge_to_music_to_another_agent_it_is_one_stream()
    {
        Assert.Equal(new Sent(500, 10_000, true), Generate(0));
        Assert.Equal(new Sent(501, 10_160, false), Generate(20 * Ms));
        Assert.Equal(new Sent(502, 10_320, true), Relay(1, 40_000, 77, 35 * Ms));
        Assert.Equal(new Sent(503, 10_480, false), Relay(1, 40_001, 237, 55 * Ms));
        // Two seconds of nothing, then music: the timestamp tells the pause.
        Assert.Equal(new Sent(504, 10_480 + 16_000, true), Generate(2055 * Ms));
        Assert.Equal(new Sent(505, 10_480 + 16_160, false), Generate(2075 * Ms));
        Assert.Equal(new Sent(506, 10_480 + 16_320, true), Relay(2, 3, 4_000_000_000, 2095 * Ms));
        Assert.Equal(new Sent(507, 10_480 + 16_480, false), Relay(2, 4, 4_000_000_160, 2115 * Ms));
    }

    [Fact]
    public void Packets_older_than_the_change_to_their_source_have_no_place()
    {
        Generate(0);
        Assert.NotNull(Relay(1, 100, 1000, 20 * Ms));
        Assert.Null(Relay(1, 99, 840, 21 * Ms));
        Assert.Null(Relay(1, 98, 680, 22 * Ms));
        Assert.Equal(502, Relay(1, 101, 1160, 40 * Ms)!.Sequence);
    }

    [Fact]
    public void A_source_that_starts_over_continues_the_stream()
    {
        Relay(1, 100, 1000, 0);
        Assert.Equal(new Sent(501, 10_160, true), Relay(1, 30_000, 9_000_000, 20 * Ms));
        Assert.Equal(new Sent(502, 10_320, false), Relay(1, 30_001, 9_000_160, 40 * Ms));
    }

    [Fact]
    public void A_timestamp_that_leaps_without_the_clock_is_brought_back()
    {
        Relay(1, 100, 1000, 0);
        Assert.Equal(new Sent(501, 10_160, true), Relay(1, 101, 3_000_000, 20 * Ms));
        Assert.Equal(new Sent(502, 10_320, false), Relay(1, 102, 3_000_160, 40 * Ms));
    }

    [Fact]
    public void Silence_suppression_keeps_its_pause_and_marker()
    {
        Relay(1, 100, 1000, 0);
        Assert.Equal(new Sent(501, 10_000 + 80_000, true), Relay(1, 101, 81_000, 10_000 * Ms, marker: true));
    }

    [Fact]
    public void Rfc_4733_a_long_key_press_keeps_its_timestamp_and_audio_follows_by_the_clock()
    {
        Relay(1, 1, 1000, 0);
        for (var i = 0; i < 200; i++)
            Assert.Equal(10_160u, Relay(1, 2 + i, 1160, (20 + i * 20) * Ms, length: 4)!.Timestamp);
        Assert.Equal(new Sent(701, 10_000u + 8 * 4040, false), Relay(1, 202, 1000 + 8 * 4040, 4040 * Ms));
    }

    [Fact]
    public void Rfc_4733_generated_events_share_a_timestamp_and_audio_after_them_has_the_time_that_passed()
    {
        Generate(0);
        var timestamp = _timeline.BeginEvent(20 * Ms);
        Assert.Equal(10_160u, timestamp);
        Assert.Equal(501, _timeline.ContinueEvent());
        Assert.Equal(502, _timeline.ContinueEvent());
        Assert.Equal(new Sent(503, 10_160 + 1280, true), Generate(180 * Ms));
    }

    [Fact]
    public void Everything_wraps()
    {
        _timeline = new RtpSendTimeline(1, 65_535, uint.MaxValue - 159);
        Assert.Equal(new Sent(65_535, uint.MaxValue - 159, true), Relay(9, 0, 0, 0));
        Assert.Equal(new Sent(0, 0u, false), Relay(9, 1, 160, 20 * Ms));
        Assert.Equal(new Sent(1, 160u, true), Generate(40 * Ms));
    }
}
