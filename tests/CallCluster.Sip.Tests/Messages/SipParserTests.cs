using System.Text;
using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Tests.Messages;

/// <summary>RFC 3261 sections 7, 8.1.1, 20 and 25.1, and what attacks.md asks of a parser.</summary>
public class SipParserTests
{
    private const string Core = "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n";

    [Theory]
    [InlineData("", SipParseError.KeepAlive)]
    [InlineData("\r\n\r\n", SipParseError.KeepAlive)]
    [InlineData("\0\0\0\0", SipParseError.KeepAlive)]
    [InlineData("hello", SipParseError.MalformedStartLine)]
    [InlineData("\0INVITE sip:b@h SIP/2.0\r\n\r\n", SipParseError.ControlCharacter)]
    [InlineData("INVITE sip:b@h SIP/2.0\n\n", SipParseError.BareLineEnd)]
    [InlineData("INVITE sip:b@h\r\n\r\n", SipParseError.MalformedStartLine)]
    [InlineData("INV(TE sip:b@h SIP/2.0\r\n\r\n", SipParseError.MalformedStartLine)]
    [InlineData("INVITE sip:b@h HTTP/1.1\r\n\r\n", SipParseError.MalformedStartLine)]
    [InlineData("INVITE sip:b@h SIP/3.0\r\n\r\n", SipParseError.UnsupportedVersion)]
    [InlineData("INVITE sip:b h SIP/2.0\r\n\r\n", SipParseError.MalformedRequestUri)]
    [InlineData("SIP/2.0 99 x\r\n\r\n", SipParseError.MalformedStartLine)]
    [InlineData("SIP/2.0 099 x\r\n\r\n", SipParseError.MalformedStatusCode)]
    [InlineData("SIP/2.0 700 x\r\n\r\n", SipParseError.MalformedStatusCode)]
    [InlineData("SIP/2.0 2x0 x\r\n\r\n", SipParseError.MalformedStatusCode)]
    [InlineData("SIP/2.0 200\r\n\r\n", SipParseError.MalformedStartLine)]
    [InlineData("SIP/3.0 200 OK\r\n\r\n", SipParseError.MalformedStartLine)]
    [InlineData("INVITE sip:b@h SIP/2.0\r\nVia: x", SipParseError.IncompleteHeaders)]
    [InlineData("INVITE sip:b@h SIP/2.0\r\nVia: x\r", SipParseError.IncompleteHeaders)]
    [InlineData("INVITE sip:b@h SIP/2.0\r\nVia: x\r\n", SipParseError.IncompleteHeaders)]
    [InlineData("INVITE sip:b@h SIP/2.0\r\n folded\r\n\r\n", SipParseError.MalformedHeader)]
    public void Section_7_start_lines(string text, SipParseError error) => Assert.Equal(error, SipParser.Parse(Encoding.UTF8.GetBytes(text)).Error);

    [Theory]
    [InlineData("NoColon\r\n", SipParseError.MalformedHeader)]
    [InlineData(": x\r\n", SipParseError.MalformedHeader)]
    [InlineData("Na me: x\r\n", SipParseError.MalformedHeader)]
    [InlineData("Näme: x\r\n", SipParseError.MalformedHeader)]
    [InlineData("X: a\nEvil: b\r\n", SipParseError.BareLineEnd)]
    [InlineData("X: a\rEvil: b\r\n", SipParseError.BareLineEnd)]
    [InlineData("X: a\\\nEvil: b\r\n", SipParseError.BareLineEnd)]
    [InlineData("X: a\0b\r\n", SipParseError.ControlCharacter)]
    [InlineData("X: a\u0007b\r\n", SipParseError.ControlCharacter)]
    [InlineData("X\u0001: b\r\n", SipParseError.ControlCharacter)]
    [InlineData("To: <sip:c@h>\r\n", SipParseError.DuplicateHeader)]
    [InlineData("i: d\r\n", SipParseError.DuplicateHeader)]
    [InlineData("Max-Forwards: 70\r\nMax-Forwards: 70\r\n", SipParseError.DuplicateHeader)]
    [InlineData("Max-Forwards: -1\r\n", SipParseError.MalformedHeaderValue)]
    [InlineData("Max-Forwards:\r\n", SipParseError.MalformedHeaderValue)]
    [InlineData("Via: SIP/2.0/UDP\r\n", SipParseError.MalformedHeaderValue)]
    [InlineData("Via: SIP/2.0/UDP h,\r\n", SipParseError.MalformedHeaderValue)]
    [InlineData("Via: SIP/2.0/UDP h:0\r\n", SipParseError.MalformedHeaderValue)]
    [InlineData("Via: SIP/2.0/UDP h;a=\r\n", SipParseError.MalformedHeaderValue)]
    [InlineData("Contact: *, <sip:a@h>\r\n", SipParseError.MalformedHeaderValue)]
    [InlineData("Contact: <sip:a@h>;a=\"b\r\n", SipParseError.MalformedHeaderValue)]
    [InlineData("Route: *\r\n", SipParseError.MalformedHeaderValue)]
    [InlineData("Route: <sip:a@h> <sip:b@h>\r\n", SipParseError.MalformedHeaderValue)]
    [InlineData("Content-Length: -1\r\n", SipParseError.MalformedContentLength)]
    [InlineData("Content-Length: +1\r\n", SipParseError.MalformedContentLength)]
    [InlineData("Content-Length: 1, 1\r\n", SipParseError.MalformedContentLength)]
    [InlineData("Content-Length: 0x1\r\n", SipParseError.MalformedContentLength)]
    [InlineData("Content-Length:\r\n", SipParseError.MalformedContentLength)]
    [InlineData("Content-Length: 4294967328\r\n", SipParseError.MalformedContentLength)]
    [InlineData("Content-Length: 2147483647\r\n", SipParseError.MessageTooLong)]
    [InlineData("Content-Length: 1\r\nl: 2\r\n", SipParseError.ContradictingContentLength)]
    [InlineData("Content-Length: 5\r\n", SipParseError.IncompleteBody)]
    [InlineData("Content-Length: 4\r\nl: 004\r\n", SipParseError.None)]
    [InlineData("Contact: *\r\n", SipParseError.None)]
    [InlineData("X: a\tb\r\n", SipParseError.None)]
    [InlineData("Max-Forwards: 4711\r\n", SipParseError.None)]
    public void Section_20_header_fields(string field, SipParseError error) => Assert.Equal(error, Parse(Core + field, "body").Error);

    [Theory]
    [InlineData("Via")]
    [InlineData("From")]
    [InlineData("To")]
    [InlineData("Call-ID")]
    [InlineData("CSeq")]
    public void Section_8_1_1_missing_fields_are_named(string name)
    {
        var fields = string.Join("\r\n", Core.Split("\r\n").Where(line => !line.StartsWith(name, StringComparison.Ordinal)));
        var result = Parse(fields);
        Assert.Equal((SipParseError.MissingHeader, name), (result.Error, result.Header));
        Assert.Equal(name == "Via" ? null : 400, result.Status);
    }

    [Theory]
    [InlineData("1 BYE", SipParseError.MethodMismatch)]
    [InlineData("1 invite", SipParseError.MethodMismatch)]
    [InlineData("1", SipParseError.MalformedHeaderValue)]
    [InlineData("INVITE", SipParseError.MalformedHeaderValue)]
    [InlineData("-1 INVITE", SipParseError.MalformedHeaderValue)]
    [InlineData("2147483648 INVITE", SipParseError.MalformedHeaderValue)]
    [InlineData("2147483647 INVITE", SipParseError.None)]
    [InlineData("1\tINVITE", SipParseError.None)]
    public void Section_8_1_1_5_CSeq(string cseq, SipParseError error) =>
        Assert.Equal(error, Parse(Core.Replace("1 INVITE", cseq, StringComparison.Ordinal)).Error);

    [Fact]
    public void A_refused_ACK_or_response_is_never_answered()
    {
        Assert.Null(SipParser.Parse(Encoding.ASCII.GetBytes("ACK sip:b@h SIP/2.0\r\n" + Core + "\r\n")).Status);
        Assert.Null(SipParser.Parse(Encoding.ASCII.GetBytes("SIP/2.0 200 OK\r\n" + Core + "To: <sip:x>\r\n\r\n")).Status);
    }

    [Fact]
    public void Section_20_22_Max_Forwards_beyond_255_counts_as_absent()
    {
        Assert.Null(Parse(Core + "Max-Forwards: 300\r\n").Message!.MaxForwards);
        Assert.Equal(0, Parse(Core + "Max-Forwards: 0\r\n").Message!.MaxForwards);
    }

    [Fact]
    public void A_blank_before_the_colon_hides_no_header()
    {
        var message = Parse(Core + "P-Asserted-Identity \t: <sip:x@y>\r\n").Message!;
        Assert.Equal("<sip:x@y>", message["p-asserted-identity"]);
        Assert.True(message.Headers.Remove("P-Asserted-Identity"));
        Assert.DoesNotContain("x@y", Encoding.ASCII.GetString(SipWriter.ToArray(message)), StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_and_counts_are_bounded()
    {
        Assert.Equal(SipParseError.MessageTooLong, Parse(Core, new string('x', 65_536)).Error);
        Assert.Equal(SipParseError.None, Parse(Core + "X: " + new string('x', 8_000) + "\r\n").Error);
        Assert.Equal(SipParseError.HeaderTooLong, Parse(Core + "X: " + new string('x', 8_192) + "\r\n").Error);
        Assert.Equal(SipParseError.HeaderTooLong, Parse(Core + "X: " + string.Concat(Enumerable.Repeat("x\r\n ", 3_000)) + "\r\n").Error);
        Assert.Equal(SipParseError.None, Parse(Core + string.Concat(Enumerable.Repeat("X: y\r\n", 195))).Error);
        Assert.Equal(SipParseError.TooManyHeaders, Parse(Core + string.Concat(Enumerable.Repeat("X: y\r\n", 196))).Error);
        Assert.Equal(SipParseError.TooManyHeaders, Parse(Core + "Route: " + string.Join(',', Enumerable.Repeat("<sip:r>", 101)) + "\r\n").Error);
        Assert.Equal(SipParseError.MalformedHeaderValue, Parse(Core + "Contact: <sip:r>" + string.Concat(Enumerable.Repeat(";a", 65)) + "\r\n").Error);
        var uri = SipParser.Parse(Encoding.ASCII.GetBytes($"INVITE sip:{new string('a', 2_045)} SIP/2.0\r\n{Core}\r\n"));
        Assert.Equal((SipParseError.RequestUriTooLong, 414), (uri.Error, uri.Status));
    }

    [Fact]
    public void Every_error_has_its_own_sentence()
    {
        var sentences = Enum.GetValues<SipParseError>().Select(error => error.Describe()).ToArray();
        Assert.Equal(sentences.Length, sentences.Distinct().Count());
        Assert.DoesNotContain("The message is malformed.", sentences);
    }

    [Fact]
    public void Known_methods_are_the_constants_themselves() =>
        Assert.Same(SipMethods.Invite, Assert.IsType<SipRequest>(Parse(Core).Message).Method);

    private static SipParseResult Parse(string fields, string body = "") =>
        SipParser.Parse(Encoding.UTF8.GetBytes($"INVITE sip:b@h SIP/2.0\r\n{fields}\r\n{body}"));
}
