using System.Net;
using System.Text;
using CallCluster.Sip.Sdp;

namespace CallCluster.Sip.Tests.Sdp;

/// <summary>RFC 8866: one test or more for each kind of line.</summary>
public sealed class SdpParserTests
{
    [Fact]
    public void Section_5_example_is_read_and_written_back_to_the_byte()
    {
        const string Text = "v=0\r\no=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\ns=Call to John Smith\r\ni=SDP Offer #1\r\n"
            + "u=http://www.jdoe.example.com/home.html\r\ne=Jane Doe <jane@jdoe.example.com>\r\np=+1 617 555-6011\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n"
            + "m=audio 49170 RTP/AVP 0\r\nm=audio 49180 RTP/AVP 0\r\nm=video 51372 RTP/AVP 99\r\nc=IN IP6 2001:db8::2\r\na=rtpmap:99 h263-1998/90000\r\n";
        var sdp = SdpText.Parse(Text);

        Assert.Equal("Call to John Smith", sdp.Name);
        Assert.Equal("SDP Offer #1", sdp.Information);
        Assert.Equal("http://www.jdoe.example.com/home.html", sdp.Uri);
        Assert.Equal(["Jane Doe <jane@jdoe.example.com>"], sdp.Emails);
        Assert.Equal(["+1 617 555-6011"], sdp.Phones);
        Assert.Equal(IPAddress.Parse("198.51.100.1"), sdp.ConnectionOf(sdp.Media[0])!.IPAddress);
        Assert.Equal(IPAddress.Parse("2001:db8::2"), sdp.ConnectionOf(sdp.Media[2])!.IPAddress);
        Assert.Equal(new RtpMap(99, "h263-1998", 90000), Assert.Single(sdp.Media[2].RtpMaps));
        Assert.Equal(Text, sdp.ToString());
    }

    [Fact]
    public void Every_line_type_survives_the_round_trip()
    {
        const string Text = "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=x\r\ni=i\r\nu=u\r\ne=a\r\ne=b\r\np=1\r\np=2\r\nc=IN IP4 192.0.2.1\r\nb=CT:128\r\nb=X-YZ:9\r\n"
            + "t=2873397496 2873404696\r\nr=7d 1h 0 25h\r\nr=604800 3600 0 90000\r\nt=0 0\r\nz=2882844526 -1h 2898848070 0\r\nk=prompt\r\na=recvonly\r\na=x-new:1 2:3\r\nx=kept\r\n"
            + "m=audio 5000/2 RTP/AVP 0\r\ni=first\r\nc=IN IP4 233.252.0.1/127\r\nc=IN IP4 233.252.0.2/127\r\nb=AS:64\r\nk=clear:a\r\na=sendonly\r\ny=kept too\r\n";
        Assert.Equal(Text, SdpText.Parse(Text).ToString());
    }

    [Theory]
    [InlineData("", SdpError.Empty)]
    [InlineData("\r\n\r\n", SdpError.Empty)]
    [InlineData("s=x\r\n", SdpError.VersionMissing)]
    [InlineData("v=1\r\n", SdpError.UnsupportedVersion)]
    [InlineData("v=00\r\n", SdpError.UnsupportedVersion)]
    [InlineData("v=0\r\nv=0\r\n", SdpError.DuplicateLine)]
    [InlineData("v=0\r\ns=x\r\n", SdpError.OriginMissing)]
    [InlineData("v=0\r\nno equals\r\n", SdpError.MalformedLine)]
    [InlineData("v=0\r\ns =x\r\n", SdpError.MalformedLine)]
    [InlineData("v=0\r\n1=x\r\n", SdpError.MalformedLine)]
    [InlineData("v=0\r\ns\r\n", SdpError.MalformedLine)]
    [InlineData("v=0\r\ns=a\0b\r\n", SdpError.ControlCharacter)]
    [InlineData("v=0\r\ns=a\rm=b\r\n", SdpError.ControlCharacter)]
    [InlineData("v=0\r\no=- 1 1 IN IP4\r\n", SdpError.MalformedOrigin)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4 5\r\n", SdpError.MalformedOrigin)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 h\r\no=- 1 1 IN IP4 h\r\n", SdpError.DuplicateLine)]
    [InlineData("v=0\r\nc=IN IP4\r\n", SdpError.MalformedConnection)]
    [InlineData("v=0\r\nc=IN IP4 h\r\nc=IN IP4 h\r\n", SdpError.DuplicateLine)]
    [InlineData("v=0\r\nb=AS\r\n", SdpError.MalformedBandwidth)]
    [InlineData("v=0\r\nb=AS:-1\r\n", SdpError.MalformedBandwidth)]
    [InlineData("v=0\r\nb=AS:99999999999\r\n", SdpError.MalformedBandwidth)]
    [InlineData("v=0\r\nr=1 2 3\r\n", SdpError.RepeatWithoutTiming)]
    [InlineData("v=0\r\na=:x\r\n", SdpError.MalformedAttribute)]
    [InlineData("v=0\r\na=\r\n", SdpError.MalformedAttribute)]
    [InlineData("v=0\r\nm=audio 1 RTP/AVP\r\n", SdpError.MalformedMedia)]
    [InlineData("v=0\r\nm=audio 65536 RTP/AVP 0\r\n", SdpError.MalformedMedia)]
    [InlineData("v=0\r\nm=audio -1 RTP/AVP 0\r\n", SdpError.MalformedMedia)]
    [InlineData("v=0\r\nm=audio 5/0 RTP/AVP 0\r\n", SdpError.MalformedMedia)]
    [InlineData("v=0\r\nm=audio 18446744073709551620 RTP/AVP 0\r\n", SdpError.MalformedMedia)]
    public void Malformed_text_is_an_error_with_a_sentence(string text, SdpError error)
    {
        var result = SdpText.Result(text);
        Assert.Null(result.Description);
        Assert.Equal(error, result.Error);
        Assert.EndsWith(".", result.Error.Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_has_its_own_sentence() =>
        Assert.Equal(Enum.GetValues<SdpError>().Length, Enum.GetValues<SdpError>().Select(e => e.Sentence()).Distinct().Count());

    [Fact]
    public void The_error_names_its_line() => Assert.Equal(3, SdpText.Result("v=0\r\ns=x\r\nbad\r\n").Line);

    [Fact]
    public void Bare_line_feeds_missing_name_and_timing_and_trailing_blank_lines_are_tolerated()
    {
        var sdp = SdpText.Result("v=0\no=- 1 1 IN IP4 192.0.2.1\nm=audio 5 RTP/AVP 0\n\n").Description!;
        Assert.Equal("-", sdp.Name);
        Assert.Equal(SdpTiming.Permanent.Value, Assert.Single(sdp.Timings).Value);
        Assert.Equal(5, Assert.Single(sdp.Media).Port);
    }

    [Fact]
    public void The_last_line_may_lack_its_end() => Assert.Equal(6, Assert.Single(SdpText.Result("v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 6 RTP/AVP 0").Description!.Media).Port);

    [Theory]
    [InlineData("IN IP4 192.0.2.1", "192.0.2.1")]
    [InlineData("IN IP6 2001:db8::1", "2001:db8::1")]
    [InlineData("IN IP4 host.example.com", null)]
    [InlineData("IN IP4 2001:db8::1", null)]
    [InlineData("IN IP6 192.0.2.1", null)]
    [InlineData("IN IP4 1", null)]
    [InlineData("IN IP4 0x7f.0.0.1", null)]
    [InlineData("IN IP4 010.0.0.1", null)]
    [InlineData("IN IP6 fe80::1%1", null)]
    [InlineData("IN IP4 233.252.0.1/127", null)]
    [InlineData("ATM NSAP 192.0.2.1", null)]
    public void Section_5_7_only_literal_unicast_addresses_are_addresses(string line, string? address) =>
        Assert.Equal(address, SdpText.Parse($"v=0\no=- 1 1 IN IP4 h\nc={line}\n").Connection!.IPAddress?.ToString());

    [Theory]
    [InlineData("sendonly", "recvonly", MediaDirection.RecvOnly)]
    [InlineData("sendonly", null, MediaDirection.SendOnly)]
    [InlineData(null, "inactive", MediaDirection.Inactive)]
    [InlineData(null, null, MediaDirection.SendRecv)]
    [InlineData("SENDONLY", null, MediaDirection.SendRecv)]
    public void Section_6_7_media_level_direction_overrides_the_session_level(string? session, string? media, MediaDirection expected)
    {
        var sdp = SdpText.Parse(SdpText.Head + (session is null ? "" : $"a={session}\n") + "m=audio 5 RTP/AVP 0\n" + (media is null ? "" : $"a={media}\n"));
        Assert.Equal(expected, sdp.DirectionOf(sdp.Media[0]));
    }

    [Theory]
    [InlineData("0", "", "PCMU/8000")]
    [InlineData("8", "", "PCMA/8000")]
    [InlineData("97", "a=rtpmap:97 opus/48000/2", "opus/48000/2")]
    [InlineData("0", "a=rtpmap:0 PCMA/8000", "PCMA/8000")]
    [InlineData("97", "", null)]
    [InlineData("00", "", null)]
    [InlineData("128", "a=rtpmap:128 x/8000", null)]
    [InlineData("97", "a=rtpmap:97", null)]
    [InlineData("97", "a=rtpmap:97 /8000", null)]
    [InlineData("97", "a=rtpmap:97 x/-8000", null)]
    [InlineData("97", "a=rtpmap:97 x/8000/999", null)]
    [InlineData("*", "", null)]
    public void Section_6_6_payload_types_are_mapped_or_static(string format, string line, string? expected)
    {
        var media = SdpText.Parse($"{SdpText.Head}m=audio 5 RTP/AVP {format}\n{line}\n").Media[0];
        Assert.Equal(expected is null ? [] : [$"{format} {expected}"], media.RtpMaps.Select(m => m.ToString()));
    }

    [Theory]
    [InlineData("20", 20)]
    [InlineData("20.5", 20)]
    [InlineData("0", null)]
    [InlineData("-20", null)]
    [InlineData("99999", null)]
    [InlineData("", null)]
    public void Section_6_4_ptime_is_a_small_positive_number(string value, int? expected) =>
        Assert.Equal(expected, SdpText.Parse($"{SdpText.Head}m=audio 5 RTP/AVP 0\na=ptime:{value}\n").Media[0].PtimeMs);

    [Fact]
    public void Section_6_15_format_parameters_belong_to_their_format()
    {
        var media = SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 10 101\na=fmtp:101 0-16\na=fmtp:10 x\n").Media[0];
        Assert.Equal("0-16", media.FormatParameters("101"));
        Assert.Equal("x", media.FormatParameters("10"));
        Assert.Null(media.FormatParameters("1"));
    }

    [Theory]
    [InlineData(SdpLimits.Lines - 2, SdpError.None)]
    [InlineData(SdpLimits.Lines - 1, SdpError.TooManyLines)]
    public void Lines_are_capped(int attributes, SdpError error) =>
        Assert.Equal(error, SdpText.Result("v=0\r\no=- 1 1 IN IP4 h\r\n" + string.Concat(Enumerable.Repeat("a=x\r\n", attributes))).Error);

    [Theory]
    [InlineData(SdpLimits.Media, SdpError.None)]
    [InlineData(SdpLimits.Media + 1, SdpError.TooManyMedia)]
    public void Media_lines_are_capped(int count, SdpError error) =>
        Assert.Equal(error, SdpText.Result("v=0\r\no=- 1 1 IN IP4 h\r\n" + string.Concat(Enumerable.Repeat("m=audio 5 RTP/AVP 0\r\n", count))).Error);

    [Theory]
    [InlineData(SdpLimits.Formats, SdpError.None)]
    [InlineData(SdpLimits.Formats + 1, SdpError.TooManyFormats)]
    public void Formats_are_capped(int count, SdpError error) =>
        Assert.Equal(error, SdpText.Result("v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 5 RTP/AVP" + string.Concat(Enumerable.Repeat(" 0", count)) + "\r\n").Error);

    [Fact]
    public void Size_is_capped()
    {
        var name = new string('x', SdpLimits.Size);
        Assert.Equal(SdpError.TooLarge, SdpText.Result($"v=0\r\no=- 1 1 IN IP4 h\r\ns={name}").Error);
    }

    [Fact]
    public void The_writer_refuses_a_line_break_inside_a_value()
    {
        var sdp = SdpText.Parse(SdpText.Head) with { Name = "x\r\na=evil" };
        Assert.Throws<ArgumentException>(() => sdp.ToBytes());
    }

    [Fact]
    public void Text_in_utf8_is_kept() =>
        Assert.Equal("Grüße, 世界", SdpText.Parse(Encoding.UTF8.GetString("v=0\no=- 1 1 IN IP4 h\ns=Grüße, 世界\n"u8)).Name);
}
