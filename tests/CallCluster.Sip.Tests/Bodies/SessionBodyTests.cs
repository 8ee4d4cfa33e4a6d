using System.Text;
using CallCluster.Sip.Bodies;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Tests.Bodies;

/// <summary>RFC 2046 §5.1 and RFC 5621: the session description among other parts.</summary>
public sealed class SessionBodyTests
{
    private const string Isup = "--b\r\nContent-Type: application/ISUP;version=itu-t92+\r\nContent-Disposition: signal;handling=optional\r\n\r\n\u0001\u0002\r\n";
    private const string Sdp = "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n";

    [Theory]
    [InlineData(Sdp + Isup)]
    [InlineData(Isup + Sdp)]
    [InlineData("a preamble with --b in it\r\n" + Isup + Sdp)]
    [InlineData("--b  \nContent-Type: text/plain\n\n--bogus\n--b\nc: APPLICATION/SDP ; x=y\nContent-Disposition: session;handling=required\n\nv=0\r\n\n")]
    public void The_description_is_found_wherever_it_stands(string parts)
    {
        var found = Find("multipart/mixed; boundary=b", parts + "--b--\r\nan epilogue");
        Assert.Equal("v=0\r\n", Text(found));
        Assert.False(found.IsUnsupported);
    }

    [Fact]
    public void A_body_without_an_end_counts_as_far_as_it_goes() => Assert.Equal("v=0", Text(Find("multipart/mixed;boundary=\"b\"", "--b\r\nContent-Type: application/sdp\r\n\r\nv=0")));

    [Fact]
    public void The_last_alternative_is_taken() =>
        Assert.Equal("v=1", Text(Find("multipart/alternative;boundary=b", Sdp + "--b\r\nContent-Type: application/sdp\r\n\r\nv=1\r\n--b--")));

    [Fact]
    public void A_nested_body_is_looked_into_but_only_so_deep()
    {
        string Nest(int depth)
        {
            var text = "--b0\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b0--\r\n";
            for (var i = 1; i < depth; i++) text = $"--b{i}\r\nContent-Type: multipart/mixed;boundary=b{i - 1}\r\n\r\n{text}\r\n--b{i}--\r\n";
            return text;
        }

        Assert.Equal("v=0", Text(Find("multipart/mixed;boundary=b2", Nest(3))));
        var tooDeep = Find("multipart/mixed;boundary=b3", Nest(4));
        Assert.True(tooDeep.Description.IsEmpty);
    }

    [Theory]
    [InlineData("multipart/mixed;boundary=b", "--b\r\nContent-Type: text/html\r\nContent-Disposition: render;handling=required\r\n\r\nx\r\n--b--")]
    [InlineData("multipart/mixed", "--b\r\n\r\n")]
    [InlineData("text/plain", "x")]
    public void What_must_be_understood_and_is_not_is_unsupported(string contentType, string body) => Assert.True(Find(contentType, body).IsUnsupported);

    [Fact]
    public void A_body_of_another_kind_that_is_optional_counts_as_none()
    {
        var request = Request("text/plain", "hello");
        request.Headers.Add("Content-Disposition", "render; handling=optional");
        var found = SessionBody.Of(request);
        Assert.True(found is { Description.IsEmpty: true, IsUnsupported: false });
    }

    [Fact]
    public void Parts_without_number_are_refused_and_hostile_bodies_are_read_in_linear_time()
    {
        Assert.True(Find("multipart/mixed;boundary=b", string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", 1000))).IsUnsupported);
        // Every line looks like a delimiter but is none: each is looked at once.
        var found = Find("multipart/mixed;boundary=b", string.Concat(Enumerable.Repeat("x--b", 16_000)));
        Assert.True(found.Description.IsEmpty);
    }

    [Fact]
    public void No_body_that_was_bent_out_of_shape_throws()
    {
        var random = new Random(4028);
        var whole = Encoding.Latin1.GetBytes(Isup + Sdp + "--b--\r\n");
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = whole.ToArray();
            for (var n = random.Next(1, 6); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var request = new SipRequest("INVITE", SipUri.Parse("sip:a@b"));
            request.SetBody("multipart/mixed;boundary=b", bytes.AsMemory(0, random.Next(bytes.Length + 1)));
            _ = SessionBody.Of(request);
        }
    }

    private static SessionBody Find(string contentType, string body) => SessionBody.Of(Request(contentType, body));

    private static SipRequest Request(string contentType, string body)
    {
        var request = new SipRequest("INVITE", SipUri.Parse("sip:a@b"));
        request.SetBody(contentType, Encoding.Latin1.GetBytes(body));
        return request;
    }

    private static string Text(SessionBody found) => Encoding.Latin1.GetString(found.Description.Span);
}
