using CallCluster.Media.Rtp;

namespace CallCluster.Fuzz.Targets;

/// <summary>RTP headers and the statistics they feed: the payload lies within the datagram, no counter runs backwards.</summary>
internal sealed class RtpTarget : IFuzzTarget
{
    private RtpReception _reception;

    public string Name => "rtp";

    public IReadOnlyList<byte[]> Dictionary { get; } = [[0x80], [0x90], [0xA0], [0xB0], [0x8F], [0x00], [0xFF], [0x80, 0x00, 0xFF, 0xFF], [0xBE, 0xDE, 0x00, 0x01], [0xFF, 0xFF, 0xFF, 0xFF]];

    public IReadOnlyList<byte[]> Openings { get; } = [[0x80, 0x00, 0x00, 0x01, 0, 0, 0, 160, 1, 2, 3, 4], [0xBF, 0x80, 0x00, 0x01, 0, 0, 0, 160, 1, 2, 3, 4]];

    public int MaxLength => RtpHeader.MaxDatagram;

    public void Run(ReadOnlySpan<byte> input)
    {
        if (!RtpHeader.TryParse(input, out var header, out _))
            return;
        Promise.Holds(header.PayloadOffset >= RtpHeader.Length && header.PayloadLength >= 0);
        Promise.Holds(header.PayloadOffset + header.PayloadLength <= input.Length);
        var received = _reception.Received;
        var taken = _reception.Receive(header, header.Timestamp, measureJitter: true);
        Promise.Holds(_reception.Received == received + (taken ? 1 : 0));
        _ = _reception.TakeFractionLost();
    }
}
