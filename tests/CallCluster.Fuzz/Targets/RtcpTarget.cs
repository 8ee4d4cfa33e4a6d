using CallCluster.Media.Rtcp;
using CallCluster.Media.Rtp;

namespace CallCluster.Fuzz.Targets;

/// <summary>Compound RTCP and the session that it feeds.</summary>
internal sealed class RtcpTarget : IFuzzTarget
{
    private const uint OurSsrc = 0x01020304;
    private RtcpSession _session;

    public string Name => "rtcp";

    public IReadOnlyList<byte[]> Dictionary { get; } =
        [[0x80, 0xC8, 0x00, 0x06], [0x81, 0xC9, 0x00, 0x07], [0x81, 0xCA, 0x00, 0x02], [0x81, 0xCB, 0x00, 0x01], [0x9F, 0xC9, 0xFF, 0xFF], [0xA0, 0xCC, 0x00, 0x00], [0x80, 0xC9, 0x00, 0x00], [1, 2, 3, 4], [0xFF], [0]];

    public IReadOnlyList<byte[]> Openings { get; } = [[0x80, 0xC9, 0x00, 0x01, 9, 9, 9, 9], [0x80, 0xC8, 0x00, 0x06, 9, 9, 9, 9]];

    public int MaxLength => RtpHeader.MaxDatagram;

    public void Run(ReadOnlySpan<byte> input)
    {
        if (!RtcpPacket.TryRead(input, OurSsrc, out var content))
            return;
        Promise.Holds(content.AboutUs is null || content.AboutUs.Value.Ssrc == OurSsrc);
        _session.Received(content, now: 1_000_000, ntpNow: 0x1234_5678_9ABC_DEF0);
    }
}
