using CallCluster.Media.Rtcp;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Rtcp;

public sealed class RtcpPacketTests
{
    private static readonly ReportBlock Block = new(0xAAAA, 25, -3, 0x1_0005, 12, 0x1122_3344, 65_536);

    [Fact]
    public void Section_6_4_1_a_sender_report_reads_as_it_was_written()
    {
        var bytes = new byte[200];
        var sender = new SenderInfo(0x0123_4567_89AB_CDEF, 160, 7, 1120);
        var length = RtcpPacket.Write(bytes, 0xBBBB, sender, Block, "abc@x"u8, bye: true);
        Assert.Equal(0, length % 4);
        Assert.True(RtcpPacket.TryRead(bytes.AsSpan(0, length), 0xAAAA, out var content));
        Assert.Equal(0xBBBBu, content.SenderSsrc);
        Assert.Equal(sender, content.Sender);
        Assert.Equal(Block, content.AboutUs);
        Assert.True(content.Bye);
    }

    [Fact]
    public void Section_6_4_2_a_receiver_report_without_block_is_valid()
    {
        var bytes = new byte[200];
        var length = RtcpPacket.Write(bytes, 1, null, null, "a"u8, bye: false);
        Assert.Equal([0x80, 201, 0, 1, 0, 0, 0, 1, 0x81, 202, 0, 2, 0, 0, 0, 1, 1, 1, (byte)'a', 0], bytes[..length]);
        Assert.True(RtcpPacket.TryRead(bytes.AsSpan(0, length), 1, out var content));
        Assert.Null(content.AboutUs);
    }

    [Fact]
    public void Section_6_4_1_a_block_about_another_is_not_about_us()
    {
        var bytes = new byte[200];
        var length = RtcpPacket.Write(bytes, 1, null, Block, "a"u8, bye: false);
        Assert.True(RtcpPacket.TryRead(bytes.AsSpan(0, length), 0x9999, out var content));
        Assert.Null(content.AboutUs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Section_6_5_the_chunk_ends_with_a_zero_at_a_word_boundary(int cnameLength)
    {
        var bytes = new byte[200];
        Array.Fill(bytes, (byte)0xFF);
        var length = RtcpPacket.Write(bytes, 1, null, null, new byte[cnameLength], bye: false);
        Assert.Equal(0, length % 4);
        Assert.Equal(0, bytes[length - 1]);
        Assert.True(RtcpPacket.TryRead(bytes.AsSpan(0, length), 1, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80C90001000000")]
    [InlineData("80CA000100000001")]
    [InlineData("A0C9000100000001")]
    [InlineData("40C9000100000001")]
    [InlineData("80C9000200000001")]
    [InlineData("81C9000100000001")]
    [InlineData("80C8000100000001")]
    [InlineData("80C900010000000100CA0000")]
    [InlineData("80C900010000000180CA")]
    public void A_2_what_is_no_valid_compound_is_refused(string hex) => Assert.False(RtcpPacket.TryRead(Convert.FromHexString(hex), 1, out _));

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        const int seed = 4711;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var good = new byte[200];
        var length = RtcpPacket.Write(good, 1, new SenderInfo(1, 2, 3, 4), Block, "abc"u8, bye: true);
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = good.AsSpan(0, random.Next(length + 1)).ToArray();
            for (var j = random.Next(4); j > 0 && bytes.Length > 0; j--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            RtcpPacket.TryRead(bytes, 0xAAAA, out _);
        }
    }
}
