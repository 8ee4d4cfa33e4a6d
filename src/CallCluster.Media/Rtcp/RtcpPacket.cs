using System.Buffers.Binary;

namespace CallCluster.Media.Rtcp;

/// <summary>Reads and writes compound RTCP packets: SR, RR, SDES with CNAME, BYE (RFC 3550 section 6). Allocates nothing.</summary>
internal static class RtcpPacket
{
    private const byte SenderReport = 200;
    private const byte ReceiverReport = 201;
    private const byte SourceDescription = 202;
    private const byte Goodbye = 203;

    /// <summary>
    /// RFC 3550 A.2: every packet has version 2, the first is SR or RR without padding, only the last may have padding, and the lengths add up to the datagram's.
    /// Each is V(2) P(1) count(5) type(8) length(16, in words less one).
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, uint ourSsrc, out RtcpContent content)
    {
        content = default;
        if (datagram.Length < 8 || (datagram[0] & 0xE0) != 0x80 || datagram[1] is not (SenderReport or ReceiverReport))
            return false;
        content.SenderSsrc = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]);
        while (!datagram.IsEmpty)
        {
            if (datagram.Length < 4 || datagram[0] >> 6 != 2)
                return false;
            var length = (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) + 1) * 4;
            if (length > datagram.Length || ((datagram[0] & 0x20) != 0 && length != datagram.Length))
                return false;
            if (!TryReadOne(datagram[..length], ourSsrc, ref content))
                return false;
            datagram = datagram[length..];
        }
        return true;
    }

    /// <summary>Writes SR (with <paramref name="sender"/>) or RR, SDES with <paramref name="cname"/>, and BYE when <paramref name="bye"/>; returns the length.</summary>
    public static int Write(Span<byte> target, uint ssrc, SenderInfo? sender, ReportBlock? block, ReadOnlySpan<byte> cname, bool bye)
    {
        var at = 8;
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ssrc);
        if (sender is { } info)
        {
            BinaryPrimitives.WriteUInt64BigEndian(target[8..], info.Ntp);
            BinaryPrimitives.WriteUInt32BigEndian(target[16..], info.RtpTimestamp);
            BinaryPrimitives.WriteUInt32BigEndian(target[20..], info.Packets);
            BinaryPrimitives.WriteUInt32BigEndian(target[24..], info.Octets);
            at += SenderInfo.Length;
        }
        if (block is { } report)
        {
            report.Write(target[at..]);
            at += ReportBlock.Length;
        }
        WriteHead(target, block is null ? 0 : 1, sender is null ? ReceiverReport : SenderReport, at);

        // Section 6.5: one chunk, item CNAME(1), ended by one to four zero bytes at a word boundary.
        var chunk = target[at..];
        BinaryPrimitives.WriteUInt32BigEndian(chunk[4..], ssrc);
        chunk[8] = 1;
        chunk[9] = (byte)cname.Length;
        cname.CopyTo(chunk[10..]);
        var end = (10 + cname.Length + 4) & ~3;
        chunk[(10 + cname.Length)..end].Clear();
        WriteHead(chunk, 1, SourceDescription, end);
        at += end;

        if (bye)
        {
            BinaryPrimitives.WriteUInt32BigEndian(target[(at + 4)..], ssrc);
            WriteHead(target[at..], 1, Goodbye, 8);
            at += 8;
        }
        return at;
    }

    private static bool TryReadOne(ReadOnlySpan<byte> packet, uint ourSsrc, ref RtcpContent content)
    {
        var count = packet[0] & 0x1F;
        switch (packet[1])
        {
            case SenderReport:
                if (packet.Length < 8 + SenderInfo.Length)
                    return false;
                content.Sender = new SenderInfo(
                    BinaryPrimitives.ReadUInt64BigEndian(packet[8..]),
                    BinaryPrimitives.ReadUInt32BigEndian(packet[16..]),
                    BinaryPrimitives.ReadUInt32BigEndian(packet[20..]),
                    BinaryPrimitives.ReadUInt32BigEndian(packet[24..]));
                return TryReadBlocks(packet[(8 + SenderInfo.Length)..], count, ourSsrc, ref content);
            case ReceiverReport:
                return packet.Length >= 8 && TryReadBlocks(packet[8..], count, ourSsrc, ref content);
            case Goodbye:
                content.Bye = true;
                return packet.Length >= 4 + count * 4;
            default:
                // SDES says nothing we use; other types are to be ignored (section 6.1).
                return true;
        }
    }

    private static bool TryReadBlocks(ReadOnlySpan<byte> blocks, int count, uint ourSsrc, ref RtcpContent content)
    {
        if (blocks.Length < count * ReportBlock.Length)
            return false;
        for (var i = 0; i < count; i++)
        {
            var block = ReportBlock.Read(blocks[(i * ReportBlock.Length)..]);
            if (block.Ssrc == ourSsrc)
                content.AboutUs = block;
        }
        return true;
    }

    private static void WriteHead(Span<byte> target, int count, byte type, int length)
    {
        target[0] = (byte)(0x80 | count);
        target[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)(length / 4 - 1));
    }
}
