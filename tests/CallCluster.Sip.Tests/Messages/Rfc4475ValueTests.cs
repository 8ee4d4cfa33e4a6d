using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Tests.Messages;

/// <summary>What the valid messages of RFC 4475 say, read right.</summary>
public class Rfc4475ValueTests
{
    [Fact]
    public void Wsinv_3_1_1_1_means_what_its_tortuous_lines_say()
    {
        var request = Request("wsinv");
        Assert.Equal("1918181833n", request.To.Tag);
        Assert.Equal("J Rosenberg \\\"", request.From.DisplayName);
        Assert.Equal("98asjd8", request.From.Tag);
        Assert.Equal(68, request.MaxForwards);
        Assert.Equal(new CSeq(9, "INVITE"), request.CSeq);
        Assert.Equal(["192.0.2.2", "spindle.example.com", "192.168.255.111"], request.Via.Select(via => via.Host));
        Assert.Equal(["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"], request.Via.Select(via => via.Branch));
        Assert.Equal(["UDP", "TCP", "UDP"], request.Via.Select(via => via.Transport));
        Assert.Equal("", request["Subject"]);
        Assert.Equal("newfangled value continued newfangled value", Collapse(request["newFangledHeader"]!));
        Assert.Equal(";;,,;;,;", request["UnknownHeaderWithUnusualValue"]);
        Assert.True(request.Route[0].Uri.IsLooseRouter);
        Assert.Equal("Quoted string \"\"", request.Contact[0].DisplayName);
        Assert.Equal("newvalue", request.Contact[0].Parameters["newparam"]);
        Assert.Equal(0.33, request.Contact[0].Q);
        Assert.Equal(150, request.Body.Length);
        Assert.True(request.RequestUri.Parameters.Contains("unknownparam"));
    }

    [Fact]
    public void Intmeth_3_1_1_2_keeps_odd_characters_and_masks_controls()
    {
        var request = Request("intmeth");
        Assert.Equal("!interesting-Method0123456789_*+`.%indeed'~", request.Method);
        Assert.Equal("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", request.RequestUri.User);
        Assert.Equal("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)", request.RequestUri.Password);
        Assert.Equal("BEL:? NUL:? DEL:?", request.To.DisplayName);
        Assert.Equal("token1~` token2'+_ token3*%!.-", request.From.DisplayName);
        Assert.Equal("_token~1'+`*%!-.", request.From.Tag);
        Assert.Equal("работающий", request.From.Parameters["fromParam''~+*_!.-%"]);
        Assert.Equal(255, request.MaxForwards);
        Assert.Equal("\ufeff大停電", request["extensionHeader-!.%*+_`'~"]);
    }

    [Fact]
    public void Esc01_3_1_1_3_unescapes_once_and_only_where_the_grammar_has_escapes()
    {
        var request = Request("esc01");
        Assert.Equal("sips:user@example.com", SipUri.Unescape(request.RequestUri.User!));
        Assert.Equal("example.net", request.RequestUri.Host);
        Assert.Equal("user", request.To.Uri.User);
        Assert.Equal("I have spaces", SipUri.Unescape(request.From.Uri.User!));
        var contact = request.Contact[0].Uri;
        Assert.Equal("caller", contact.User);
        Assert.True(contact.IsLooseRouter);
        Assert.Equal("value%41", SipUri.Unescape(contact.Parameters["name"]!));
        Assert.Equal("application/sdp", request.ContentType);
    }

    [Fact]
    public void Escnull_3_1_1_4_keeps_NULs_escaped_and_contacts_apart()
    {
        var request = Request("escnull");
        Assert.Equal("null-%00-null", request.To.Uri.User);
        Assert.Equal(["%00", "%00%00"], request.Contact.Select(contact => contact.Uri.User));
        Assert.NotEqual(request.Contact[0].Uri, request.Contact[1].Uri);
    }

    [Fact]
    public void Esc02_3_1_1_5_takes_no_percent_for_an_escape_in_method_or_header_name()
    {
        var request = Request("esc02");
        Assert.Equal("RE%47IST%45R", request.Method);
        Assert.Equal("%Z%45", request.To.DisplayName);
        Assert.Equal(2, request.Contact.Count);
        Assert.Equal("<sip:alias2@host2.example.com>", request["C%6Fntact"]);
    }

    [Fact]
    public void Longreq_3_1_1_7_keeps_long_values_whole()
    {
        var request = Request("longreq");
        Assert.Equal(34, request.Via.Count);
        Assert.Equal((155, 141), (request.From.Tag!.Length, request.CallId.Length));
        Assert.Equal(150, request.Body.Length);
    }

    [Fact]
    public void Dblreq_3_1_1_8_is_one_datagram_message_and_two_stream_messages()
    {
        var bytes = Rfc4475Corpus.Read("dblreq");
        var request = Request("dblreq");
        Assert.Equal(("REGISTER", 0), (request.Method, request.Body.Length));
        var framer = new SipFramer();
        var found = new List<string>();
        var position = 0;
        // What follows the INVITE's 150 octets is the end of its overlong body: no third message.
        while (found.Count < 3)
        {
            var frame = framer.Read(bytes.AsSpan(position));
            found.Add(frame.Kind == SipFrameKind.Message
                ? Assert.IsType<SipRequest>(SipParser.Parse(bytes.AsSpan(position, frame.Length)).Message).Method
                : frame.Kind.ToString());
            position += frame.Length;
        }

        Assert.Equal(["REGISTER", "LineEnd", "INVITE"], found);
    }

    [Fact]
    public void Semiuri_3_1_1_9_has_its_semicolon_in_the_user_part()
    {
        var uri = Request("semiuri").RequestUri;
        Assert.Equal("user;par=u@example.net", SipUri.Unescape(uri.User!));
        Assert.Equal("example.com", uri.Host);
        Assert.Empty(uri.Parameters);
    }

    [Fact]
    public void Transports_3_1_1_10_reads_unknown_transports() =>
        Assert.Equal(["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"], Request("transports").Via.Select(via => via.Transport));

    [Fact]
    public void Mpart01_3_1_1_11_keeps_a_binary_body_byte_for_byte()
    {
        var request = Request("mpart01");
        Assert.Contains((byte)0, request.Body.ToArray());
        Assert.True(request.HasContentType("multipart/mixed"));
    }

    [Fact]
    public void Unreason_3_1_1_12_and_noreason_3_1_1_13_read_any_reason_phrase()
    {
        var unusual = Assert.IsType<SipResponse>(SipParser.Parse(Rfc4475Corpus.Read("unreason")).Message);
        Assert.Equal("= 2**3 * 5**2 но сто девяносто девять - простое", unusual.ReasonPhrase);
        var empty = Assert.IsType<SipResponse>(SipParser.Parse(Rfc4475Corpus.Read("noreason")).Message);
        Assert.Equal((100, ""), (empty.StatusCode, empty.ReasonPhrase));
    }

    [Fact]
    public void Baddn_3_1_2_15_with_its_empty_line_restored_is_refused_for_From()
    {
        var result = SipParser.Parse([.. Rfc4475Corpus.Read("baddn"), .. "\r\n"u8]);
        Assert.Equal((SipParseError.MalformedHeaderValue, "From", 400), (result.Error, result.Header, result.Status));
    }

    [Fact]
    public void Badbranch_3_2_1_does_not_name_a_transaction() => Assert.False(Request("badbranch").TopVia!.HasMagicCookie);

    [Fact]
    public void Unknown_schemes_of_3_3_2_to_3_3_4_are_read_as_opaque()
    {
        var uri = Request("unkscm").RequestUri;
        Assert.Equal(("nobodyknowsthisscheme", "totallyopaquecontent"), (uri.Scheme, uri.Opaque));
        Assert.Equal("soap.beep", Request("novelsc").RequestUri.Scheme);
        var request = Request("unksm2");
        Assert.Equal(["isbn", "http", "name"], new[] { request.To.Uri, request.From.Uri, request.Contact[0].Uri }.Select(other => other.Scheme));
    }

    [Fact]
    public void Bext01_3_3_5_lists_what_is_required()
    {
        var request = Request("bext01");
        Assert.Equal(["nothingSupportsThis", "nothingSupportsThisEither"], request.Require);
        Assert.Equal(["noProxiesSupportThis", "norDoAnyProxiesSupportThis"], request.ProxyRequire);
    }

    [Fact]
    public void Contact_parameters_of_3_3_12_and_uri_parameters_of_3_3_13_stay_apart()
    {
        var header = Request("cparam01").Contact[0];
        Assert.True(header.Parameters.Contains("unknownparam") && !header.Uri.Parameters.Contains("unknownparam"));
        var uri = Request("cparam02").Contact[0];
        Assert.True(!uri.Parameters.Contains("unknownparam") && uri.Uri.Parameters.Contains("unknownparam"));
    }

    [Fact]
    public void Regescrt_3_3_14_keeps_the_escaped_header_in_the_contact_and_out_of_the_message()
    {
        var request = Request("regescrt");
        Assert.Equal("<sip:sip.example.com>", SipUri.Unescape(request.Contact[0].Uri.Headers["Route"]!));
        Assert.Empty(request.Route);
    }

    [Fact]
    public void Inv2543_3_4_1_without_Content_Length_has_the_rest_of_the_datagram_as_body()
    {
        var request = Request("inv2543");
        Assert.StartsWith("v=0", Encoding.ASCII.GetString(request.Body.Span), StringComparison.Ordinal);
        Assert.Null(request.From.Tag);
        Assert.False(request.TopVia!.HasMagicCookie);
    }

    private static SipRequest Request(string name) => Assert.IsType<SipRequest>(SipParser.Parse(Rfc4475Corpus.Read(name)).Message);

    private static string Collapse(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
