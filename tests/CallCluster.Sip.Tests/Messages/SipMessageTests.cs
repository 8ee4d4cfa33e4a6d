using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Tests.Messages;

public class SipMessageTests
{
    private const string Invite =
        "INVITE sip:bob@biloxi.com SIP/2.0\r\nVia: SIP/2.0/UDP proxy;branch=z9hG4bK2, SIP/2.0/UDP pc33;branch=z9hG4bK1\r\nv: SIP/2.0/TCP x;branch=z9hG4bK0\r\n"
        + "To: Bob <sip:bob@biloxi.com>\r\nFrom: Alice <sip:alice@atlanta.com>;tag=1928\r\nCall-ID: a84b4c\r\nCSeq: 314159 INVITE\r\nTimestamp: 54\r\nSubject: x\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public void Section_8_2_6_a_response_takes_what_names_the_transaction_as_it_came()
    {
        var response = SipResponse.For(Request(), 100);
        Assert.Equal(Expected("SIP/2.0 100 Trying", "Bob <sip:bob@biloxi.com>", "Timestamp: 54\r\n"), Text(response));
        var ringing = SipResponse.For(Request(), 180, "Bim bam", "t1");
        Assert.Equal(Expected("SIP/2.0 180 Bim bam", "\"Bob\" <sip:bob@biloxi.com>;tag=t1", ""), Text(ringing));
    }

    [Fact]
    public void A_To_tag_that_is_there_stays()
    {
        var request = Request();
        request.To = request.To.WithTag("mine");
        Assert.Equal("mine", SipResponse.For(request, 200, toTag: "other").To.Tag);
    }

    [Fact]
    public void Section_18_2_1_the_top_Via_is_replaced_within_its_list()
    {
        var request = Request();
        request.ReplaceTopVia(request.TopVia!.WithParameter("received", "192.0.2.9"));
        Assert.Equal(["z9hG4bK2", "z9hG4bK1", "z9hG4bK0"], request.Via.Select(via => via.Branch));
        Assert.Equal(["192.0.2.9", null, null], request.Via.Select(via => via.Received));
        request.PushVia(new ViaHeader("UDP", "me", null, "new"));
        Assert.Equal(["z9hG4bKnew", "z9hG4bK2", "z9hG4bK1", "z9hG4bK0"], request.Via.Select(via => via.Branch));
        request.PopVia();
        request.PopVia();
        Assert.Equal(["z9hG4bK1", "z9hG4bK0"], request.Via.Select(via => via.Branch));
        Assert.StartsWith("INVITE sip:bob@biloxi.com SIP/2.0\r\nVia: SIP/2.0/UDP pc33", Text(request), StringComparison.Ordinal);
    }

    [Fact]
    public void Typed_values_follow_the_table()
    {
        var request = Request();
        Assert.Equal("alice", request.From.Uri.User);
        request.Headers.Set("f", "<sip:carol@x>");
        Assert.Equal("carol", request.From.Uri.User);
        request.CSeq = new CSeq(7, "INVITE");
        request.MaxForwards = 69;
        request.Expires = 20;
        Assert.Equal((7u, 69, 20u), (request.CSeq.Number, request.MaxForwards, request.Expires));
        request.MaxForwards = null;
        Assert.False(request.Headers.Contains("Max-Forwards"));
    }

    [Fact]
    public void No_value_that_we_set_can_add_a_header()
    {
        var request = new SipRequest("INVITE", SipUri.Parse("sip:a?Evil=1"));
        request.Headers.Add("Subject", "x\r\nEvil: 1\0");
        request.Headers.Add("Reason", "\nEvil: 1");
        var response = SipResponse.For(request, 200, "OK\r\nEvil: 1");
        Assert.Equal("INVITE sip:a SIP/2.0\r\nSubject: x  Evil: 1\r\nReason: Evil: 1\r\nContent-Length: 0\r\n\r\n", Text(request).Replace("1 \r\n", "1\r\n", StringComparison.Ordinal));
        Assert.StartsWith("SIP/2.0 200 OK  Evil: 1\r\nContent-Length", Text(response), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => request.Headers.Add("Evil: 1\r\nX", "y"));
        Assert.Throws<ArgumentException>(() => request.Headers.Add("", "y"));
    }

    [Fact]
    public void Content_Length_is_right_whatever_the_table_says()
    {
        var request = new SipRequest("INFO", SipUri.Parse("sip:a"));
        request.Headers.Add("Content-Length", "99");
        request.SetBody("text/plain; charset=utf-8", "hé"u8.ToArray());
        Assert.EndsWith("Content-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n\r\nhé", Text(request), StringComparison.Ordinal);
        Assert.True(request.HasContentType("Text/Plain"));
    }

    [Fact]
    public void The_table_keeps_order_and_finds_any_spelling()
    {
        var headers = new SipResponse(200).Headers;
        headers.Add("X-A", "1");
        headers.Add("k", "timer");
        headers.Add("x-a", "2");
        headers.Prepend("Record-Route", "<sip:b>");
        headers.Prepend("Record-Route", "<sip:a>");
        Assert.Equal(["Record-Route: <sip:a>", "Record-Route: <sip:b>", "X-A: 1", "Supported: timer", "x-a: 2"], Fields(headers));
        Assert.Equal(["1", "2"], headers.GetAll("X-a"));
        headers.Set("X-A", "3");
        headers.Remove("RECORD-ROUTE");
        Assert.Equal(["X-A: 3", "Supported: timer"], Fields(headers));
        Assert.Null(headers.Get("Record-Route"));
        Assert.False(headers.Remove("Via"));
    }

    [Fact]
    public void A_message_shows_no_caller_in_its_text() => Assert.Equal("INVITE sip:", Request().ToString());

    private static List<string> Fields(HeaderTable headers)
    {
        var fields = new List<string>();
        foreach (var (name, value) in headers)
            fields.Add($"{name}: {value}");
        return fields;
    }

    private static string Expected(string statusLine, string to, string more) =>
        statusLine + "\r\nVia: SIP/2.0/UDP proxy;branch=z9hG4bK2, SIP/2.0/UDP pc33;branch=z9hG4bK1\r\nVia: SIP/2.0/TCP x;branch=z9hG4bK0\r\nFrom: Alice <sip:alice@atlanta.com>;tag=1928\r\n"
        + $"To: {to}\r\nCall-ID: a84b4c\r\nCSeq: 314159 INVITE\r\n{more}Content-Length: 0\r\n\r\n";

    private static string Text(SipMessage message) => Encoding.UTF8.GetString(SipWriter.ToArray(message));

    private static SipRequest Request() => Assert.IsType<SipRequest>(SipParser.Parse(Encoding.ASCII.GetBytes(Invite)).Message);
}
