using CallCluster.Media.Rtp;

namespace CallCluster.Media.Rtcp;

/// <summary>One stream's RTCP: what was sent, what the peer reported, and when the next report is due. Holds no clock and no socket.</summary>
internal struct RtcpSession
{
    private const double MinimumMilliseconds = 5000;

    // RFC 3550 section 6.3.1: compensates for timer reconsideration converging below the intended interval.
    private const double Compensation = 1.21828;

    private long _sentAtLastReport;
    private uint _lastSenderReport;
    private long _lastSenderReportAt;

    /// <summary>RTP packets sent.</summary>
    public long PacketsSent;

    /// <summary>Payload bytes sent.</summary>
    public long OctetsSent;

    /// <summary>What the peer last reported of our stream.</summary>
    public ReportBlock? Remote { get; private set; }

    /// <summary>Round trip in milliseconds by the peer's last report.</summary>
    public double? RoundTripMilliseconds { get; private set; }

    /// <summary>RFC 3550 section 6.3.1 for two members, where the 5 s minimum always holds: 0.5 to 1.5 times that, randomised so that streams do not report in step.</summary>
    /// <param name="random">A number from 0 to 1.</param>
    /// <param name="first">The first report comes after half the time (section 6.2).</param>
    public static int IntervalMilliseconds(double random, bool first) =>
        (int)((first ? MinimumMilliseconds / 2 : MinimumMilliseconds) * (0.5 + random) / Compensation);

    /// <summary>Takes what the peer's compound packet said.</summary>
    public void Received(in RtcpContent content, long now, ulong ntpNow)
    {
        if (content.Sender is { } sender)
        {
            _lastSenderReport = SenderInfo.Middle(sender.Ntp);
            _lastSenderReportAt = now;
        }
        if (content.AboutUs is not { } block)
            return;
        Remote = block;
        if (block.LastSenderReport == 0)
            return;
        // Section 6.4.1: A - LSR - DLSR, all in 1/65536 s.
        var roundTrip = (int)(SenderInfo.Middle(ntpNow) - block.LastSenderReport - block.DelaySinceLastSenderReport);
        if (roundTrip is >= 0 and < 60 * 65536)
            RoundTripMilliseconds = roundTrip * 1000.0 / 65536;
    }

    /// <summary>Writes the report due now into <paramref name="target"/> (200 bytes are enough); returns its length.</summary>
    public int Write(Span<byte> target, uint ssrc, ref RtpReception reception, uint rtpTimestamp, long now, ulong ntpNow, ReadOnlySpan<byte> cname, bool bye)
    {
        // Section 6.4: a sender report when anything was sent since the last report.
        SenderInfo? sender = PacketsSent != _sentAtLastReport ? new SenderInfo(ntpNow, rtpTimestamp, (uint)PacketsSent, (uint)OctetsSent) : null;
        _sentAtLastReport = PacketsSent;
        ReportBlock? block = reception.Started
            ? new ReportBlock(
                reception.Ssrc,
                reception.TakeFractionLost(),
                (int)Math.Clamp(reception.Lost, int.MinValue, int.MaxValue),
                reception.ExtendedHighest,
                reception.Jitter,
                _lastSenderReport,
                _lastSenderReport == 0 ? 0 : (uint)((now - _lastSenderReportAt) * 65536 / 1_000_000))
            : null;
        return RtcpPacket.Write(target, ssrc, sender, block, cname, bye);
    }
}
