using System.Buffers.Binary;

namespace CallCluster.Media.Rtp;

/// <summary>The fixed header of RFC 3550 section 5.1 and where the payload lies behind CSRCs, extension and before padding.</summary>
internal readonly record struct RtpHeader(byte PayloadType, bool Marker, ushort Sequence, uint Timestamp, uint Ssrc, int PayloadOffset = RtpHeader.Length, int PayloadLength = 0)
{
    /// <summary>Bytes of the header without CSRCs and extension.</summary>
    public const int Length = 12;

    /// <summary>The longest datagram that is looked at: what an Ethernet frame carries.</summary>
    public const int MaxDatagram = 1472;

    /// <summary>RFC 5761 section 4: on a shared port, packet types 192 to 223 are RTCP.</summary>
    public static bool IsRtcp(ReadOnlySpan<byte> datagram) => datagram.Length >= 2 && datagram[1] is >= 192 and <= 223;

    /// <summary>RFC 7983 section 7: on a shared port, what begins with 128 to 191 is RTP or RTCP.</summary>
    public static bool IsVersion2(ReadOnlySpan<byte> datagram) => !datagram.IsEmpty && datagram[0] >> 6 == 2;

    /// <summary>
    /// RFC 3550 section 5.1: V(2) P(1) X(1) CC(4) M(1) PT(7) sequence(16) timestamp(32) SSRC(32) CSRC(32)*CC,
    /// section 5.3.1: [profile(16) length(16) words(32)*length], payload, [padding, its last byte the count].
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out RtpHeader header, out RtpDropReason reason)
    {
        header = default;
        reason = RtpDropReason.Malformed;
        if (datagram.Length > MaxDatagram)
        {
            reason = RtpDropReason.Oversize;
            return false;
        }
        if (datagram.IsEmpty)
            return false;
        if (!IsVersion2(datagram))
        {
            reason = RtpDropReason.Version;
            return false;
        }
        if (!TryMeasure(datagram, out var offset))
            return false;
        var end = datagram.Length;
        if ((datagram[0] & 0x20) != 0)
        {
            var padding = datagram[end - 1];
            if (padding == 0 || padding > end - offset)
                return false;
            end -= padding;
        }

        header = new RtpHeader(
            (byte)(datagram[1] & 0x7F),
            (datagram[1] & 0x80) != 0,
            BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]),
            offset,
            end - offset);
        return true;
    }

    /// <summary>The bytes before the payload, CSRCs and extension included; false when the datagram is shorter than they.</summary>
    public static bool TryMeasure(ReadOnlySpan<byte> datagram, out int length)
    {
        length = Length;
        if (datagram.Length < Length)
            return false;
        length += (datagram[0] & 0x0F) * 4;
        if ((datagram[0] & 0x10) != 0)
        {
            if (length + 4 > datagram.Length)
                return false;
            length += 4 + BinaryPrimitives.ReadUInt16BigEndian(datagram[(length + 2)..]) * 4;
        }
        return length <= datagram.Length;
    }

    /// <summary>Writes the 12 bytes of a header without padding, extension and CSRCs.</summary>
    public static void Write(Span<byte> target, int payloadType, bool marker, ushort sequence, uint timestamp, uint ssrc)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, 0x8000_0000 | (marker ? 0x0080_0000u : 0) | ((uint)payloadType << 16) | sequence);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], ssrc);
    }
}
