using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Rtp;

public sealed class RtpHeaderTests
{
    [Fact]
    public void Section_5_1_the_fields_are_where_they_belong()
    {
        byte[] packet = [0x80, 0x88, 0x12, 0x34, 0xDE, 0xAD, 0xBE, 0xEF, 0xCA, 0xFE, 0xBA, 0xBE, 1, 2, 3];
        Assert.True(RtpHeader.TryParse(packet, out var header, out _));
        Assert.Equal(new RtpHeader(8, true, 0x1234, 0xDEADBEEF, 0xCAFEBABE, 12, 3), header);
    }

    [Fact]
    public void Section_5_1_what_is_written_reads_the_same()
    {
        var bytes = new byte[12];
        RtpHeader.Write(bytes, 101, true, 0xFFFF, 0xFFFF_FFFE, 7);
        Assert.True(RtpHeader.TryParse(bytes, out var header, out _));
        Assert.Equal(new RtpHeader(101, true, 0xFFFF, 0xFFFF_FFFE, 7, 12, 0), header);
    }

    [Fact]
    public void Section_5_1_csrcs_extension_and_padding_are_not_payload()
    {
        byte[] packet = [0xB2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, /* CSRC */ 9, 9, 9, 9, 9, 9, 9, 9, /* extension */ 0xBE, 0xDE, 0, 1, 7, 7, 7, 7, /* payload */ 0x55, 0x66, /* padding */ 0, 2];
        Assert.True(RtpHeader.TryParse(packet, out var header, out _));
        Assert.Equal((28, 2), (header.PayloadOffset, header.PayloadLength));
    }

    [Theory]
    [InlineData("", RtpDropReason.Malformed)]
    [InlineData("80", RtpDropReason.Malformed)]
    [InlineData("8000000100000002000000", RtpDropReason.Malformed)]
    [InlineData("000000010000000200000003", RtpDropReason.Version)]
    [InlineData("400000010000000200000003", RtpDropReason.Version)]
    [InlineData("C00000010000000200000003", RtpDropReason.Version)]
    [InlineData("810000010000000200000003", RtpDropReason.Malformed)]
    [InlineData("900000010000000200000003BEDE", RtpDropReason.Malformed)]
    [InlineData("900000010000000200000003BEDEFFFF00", RtpDropReason.Malformed)]
    [InlineData("A0000001000000020000000300", RtpDropReason.Malformed)]
    [InlineData("A0000001000000020000000302", RtpDropReason.Malformed)]
    [InlineData("A00000010000000200000003", RtpDropReason.Malformed)]
    public void A_header_that_lies_about_its_length_is_refused(string hex, RtpDropReason expected)
    {
        Assert.False(RtpHeader.TryParse(Convert.FromHexString(hex), out _, out var reason));
        Assert.Equal(expected, reason);
    }

    [Fact]
    public void A_datagram_beyond_the_mtu_is_refused()
    {
        var packet = new byte[RtpHeader.MaxDatagram + 1];
        packet[0] = 0x80;
        Assert.True(RtpHeader.TryParse(packet.AsSpan(0, RtpHeader.MaxDatagram), out _, out _));
        Assert.False(RtpHeader.TryParse(packet, out _, out var reason));
        Assert.Equal(RtpDropReason.Oversize, reason);
    }

    [Theory]
    [InlineData(199, true)]
    [InlineData(200, true)]
    [InlineData(223, true)]
    [InlineData(0, false)]
    [InlineData(128 + 101, false)]
    [InlineData(191, false)]
    public void Rfc_5761_section_4_packet_types_192_to_223_are_rtcp(byte second, bool expected) => Assert.Equal(expected, RtpHeader.IsRtcp([0x80, second]));

    [Fact]
    public void Any_bytes_are_parsed_or_refused_and_the_payload_lies_within()
    {
        const int seed = 20261123;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var accepted = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = new byte[random.Next(0, 64)];
            random.NextBytes(bytes);
            if (bytes.Length > 0 && (i & 1) == 0)
                bytes[0] = (byte)(0x80 | (bytes[0] & 0x3F));
            if (!RtpHeader.TryParse(bytes, out var header, out _))
                continue;
            accepted++;
            Assert.True(header.PayloadOffset >= 12 && header.PayloadLength >= 0 && header.PayloadOffset + header.PayloadLength <= bytes.Length);
        }
        Assert.True(accepted > 1000);
    }
}
