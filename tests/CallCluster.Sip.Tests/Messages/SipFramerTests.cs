using System.Text;
using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Tests.Messages;

/// <summary>RFC 3261 sections 7.5 and 18.3, RFC 5626 section 4.4.1.</summary>
public class SipFramerTests
{
    private readonly SipFramer _framer = new();

    [Theory]
    [InlineData("l: -1\r\n", SipParseError.MalformedContentLength)]
    [InlineData("Content-Length: 4294967328\r\n", SipParseError.MalformedContentLength)]
    [InlineData("Content-Length: 32 32\r\n", SipParseError.MalformedContentLength)]
    [InlineData("Content-Length: 1\r\n 2\r\n", SipParseError.MalformedContentLength)]
    [InlineData("Content-Length: 1\r\nContent-Length: 2\r\n", SipParseError.ContradictingContentLength)]
    [InlineData("Content-Length: 65536\r\n", SipParseError.MessageTooLong)]
    [InlineData("Content-Length: 65535\r\n", SipParseError.MessageTooLong)]
    [InlineData("X: a\nContent-Length: 5\r\n", SipParseError.BareLineEnd)]
    [InlineData("X: a\rContent-Length: 5\r\n", SipParseError.BareLineEnd)]
    [InlineData("Content-Length 5\r\n", SipParseError.MalformedHeader)]
    [InlineData("X: a\0b\r\n", SipParseError.ControlCharacter)]
    public void What_could_be_read_as_two_lengths_ends_the_stream(string field, SipParseError error)
    {
        var bytes = Encoding.ASCII.GetBytes("OPTIONS sip:a SIP/2.0\r\n" + field + "\r\n");
        Assert.Equal((SipFrameKind.Error, error), (_framer.Read(bytes).Kind, new SipFramer().Read(bytes).Error));
        Assert.Null(SipParser.Parse(bytes).Message);
    }

    [Fact]
    public void Section_18_3_no_Content_Length_means_no_body()
    {
        var bytes = "OPTIONS sip:a SIP/2.0\r\nX: y\r\n\r\nbody"u8;
        Assert.Equal(bytes.Length - 4, _framer.Read(bytes).Length);
    }

    [Fact]
    public void Rfc5626_4_4_1_two_line_ends_are_a_ping_and_one_is_not()
    {
        Assert.Equal(SipFrameKind.NeedMore, _framer.Read("\r"u8).Kind);
        Assert.Equal((SipFrameKind.LineEnd, 2), Next("\r\n"));
        Assert.Equal((SipFrameKind.Ping, 2), Next("\r\n"));
        Assert.Equal((SipFrameKind.LineEnd, 2), Next("\r\n"));
        Assert.Equal(SipFrameKind.Message, Next("A\r\n\r\n").Kind);
        Assert.Equal((SipFrameKind.LineEnd, 2), Next("\r\nINVITE"));
        Assert.Equal(SipFrameKind.NeedMore, Next("INVITE").Kind);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\rX")]
    public void A_bare_line_end_before_a_message_ends_the_stream(string text) => Assert.Equal(SipFrameKind.Error, Next(text).Kind);

    [Fact]
    public void A_header_section_without_end_is_cut_off_at_the_limit()
    {
        var bytes = new byte[65_536];
        bytes.AsSpan().Fill((byte)'a');
        Assert.Equal(SipFrameKind.NeedMore, _framer.Read(bytes.AsSpan(0, 65_535)).Kind);
        Assert.Equal(SipParseError.MessageTooLong, _framer.Read(bytes).Error);
    }

    private (SipFrameKind Kind, int Length) Next(string text)
    {
        var frame = _framer.Read(Encoding.ASCII.GetBytes(text));
        return (frame.Kind, frame.Length);
    }
}
