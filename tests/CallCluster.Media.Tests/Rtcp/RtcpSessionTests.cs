using CallCluster.Media.Rtcp;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Rtcp;

public sealed class RtcpSessionTests
{
    [Fact]
    public void Section_6_3_1_the_interval_is_random_around_five_seconds_and_the_first_half_of_it()
    {
        Assert.Equal((int)(2500 / 1.21828), RtcpSession.IntervalMilliseconds(0, first: false));
        Assert.Equal((int)(7500 / 1.21828), RtcpSession.IntervalMilliseconds(1, first: false));
        Assert.Equal((int)(2500 / 1.21828), RtcpSession.IntervalMilliseconds(0.5, first: true));
    }

    [Fact]
    public void Section_6_4_who_sent_since_the_last_report_sends_a_sender_report()
    {
        var session = new RtcpSession { PacketsSent = 3, OctetsSent = 480 };
        var reception = default(RtpReception);
        var bytes = new byte[200];
        var length = session.Write(bytes, 1, ref reception, 160, 0, 5, "a"u8, bye: false);
        Assert.True(RtcpPacket.TryRead(bytes.AsSpan(0, length), 9, out var content));
        Assert.Equal(new SenderInfo(5, 160, 3, 480), content.Sender);
        length = session.Write(bytes, 1, ref reception, 160, 0, 5, "a"u8, bye: false);
        Assert.True(RtcpPacket.TryRead(bytes.AsSpan(0, length), 9, out content));
        Assert.Null(content.Sender);
    }

    [Fact]
    public void Section_6_4_1_the_round_trip_is_now_less_lsr_less_dlsr()
    {
        // The example of figure 2: A = b710:8000, LSR = b705:2000, DLSR = 0005:4000, delay = 0006:2000 (6.125 s).
        var session = default(RtcpSession);
        session.Received(new RtcpContent { AboutUs = new ReportBlock(1, 0, 0, 0, 0, 0xB705_2000, 0x0005_4000) }, 0, 0x0000_B710_8000_0000);
        Assert.Equal(6125, session.RoundTripMilliseconds);
    }

    [Fact]
    public void Section_6_4_1_lsr_is_the_middle_of_the_senders_clock_and_dlsr_the_time_since()
    {
        var session = default(RtcpSession);
        session.Received(new RtcpContent { Sender = new SenderInfo(0xB44D_B705_2000_0000, 0, 0, 0) }, now: 1_000_000, 0);
        var reception = default(RtpReception);
        reception.Receive(new RtpHeader(0, false, 1, 1, 42), 0, false);
        var bytes = new byte[200];
        var length = session.Write(bytes, 1, ref reception, 0, now: 6_250_000, 0, "a"u8, bye: false);
        Assert.True(RtcpPacket.TryRead(bytes.AsSpan(0, length), 42, out var content));
        Assert.Equal(0xB705_2000u, content.AboutUs!.Value.LastSenderReport);
        Assert.Equal(0x0005_4000u, content.AboutUs.Value.DelaySinceLastSenderReport);
    }

    [Fact]
    public void Section_4_ntp_time_counts_from_1900() =>
        Assert.Equal(2_208_988_800UL << 32 | 0x8000_0000, SenderInfo.ToNtp(DateTimeOffset.UnixEpoch.AddMilliseconds(500)));
}
