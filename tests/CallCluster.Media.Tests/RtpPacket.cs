using CallCluster.Media.Dtmf;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests;

/// <summary>An RTP packet in a test.</summary>
internal sealed record RtpPacket(int PayloadType, ushort Sequence, uint Timestamp, uint Ssrc, byte[] Payload, bool Marker = false)
{
    public static RtpPacket Parse(ReadOnlySpan<byte> datagram)
    {
        Assert.True(RtpHeader.TryParse(datagram, out var header, out var reason), reason.ToString());
        return new RtpPacket(header.PayloadType, header.Sequence, header.Timestamp, header.Ssrc, datagram.Slice(header.PayloadOffset, header.PayloadLength).ToArray(), header.Marker);
    }

    public static RtpPacket Event(char key, ushort sequence, uint timestamp, int duration, bool end = false, bool marker = false, uint ssrc = 0x1234, int payloadType = 101)
    {
        var payload = new byte[4];
        new TelephoneEvent((byte)DtmfDigits.CodeOf(key), end, 10, (ushort)duration).Write(payload);
        return new RtpPacket(payloadType, sequence, timestamp, ssrc, payload, marker);
    }

    public TelephoneEvent TelephoneEvent
    {
        get
        {
            Assert.True(Media.Dtmf.TelephoneEvent.TryParse(Payload, out var result));
            return result;
        }
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[12 + Payload.Length];
        RtpHeader.Write(bytes, PayloadType, Marker, Sequence, Timestamp, Ssrc);
        Payload.CopyTo(bytes, 12);
        return bytes;
    }
}
