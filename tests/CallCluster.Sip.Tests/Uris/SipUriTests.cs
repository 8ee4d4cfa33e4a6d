using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Tests.Uris;

/// <summary>RFC 3261 section 19.1 and RFC 3966.</summary>
public class SipUriTests
{
    [Theory]
    [InlineData("sip:alice@atlanta.com")]
    [InlineData("sip:alice:secretword@atlanta.com;transport=tcp")]
    [InlineData("sips:alice@atlanta.com?subject=project%20x&priority=urgent")]
    [InlineData("sip:+1-212-555-1212:1234@gateway.com;user=phone")]
    [InlineData("sips:1212@gateway.com")]
    [InlineData("sip:alice@192.0.2.4")]
    [InlineData("sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com")]
    [InlineData("sip:alice;day=tuesday@atlanta.com")]
    [InlineData("sip:[2001:db8::10]:5070;lr")]
    [InlineData("tel:+358-555-1234567;postd=pp22")]
    [InlineData("urn:service:sos.fire")]
    public void Section_19_1_3_examples_survive_read_and_write(string text)
    {
        Assert.True(SipUri.TryParse(text, out var uri));
        Assert.Equal(text, uri.ToString());
        Assert.Equal(uri, SipUri.Parse(uri.ToString()));
    }

    [Fact]
    public void The_parts_of_a_uri_are_told_apart()
    {
        var uri = SipUri.Parse("SIPS:alice:pw@[::1]:5061;transport=TCP;lr?Subject=a");
        Assert.Equal(("sips", "alice", "pw", "[::1]", 5061), (uri.Scheme, uri.User, uri.Password, uri.Host, uri.Port));
        Assert.Equal(("TCP", true, true, "a"), (uri.Transport, uri.IsLooseRouter, uri.IsSecure, uri.Headers["subject"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sip")]
    [InlineData("sip:")]
    [InlineData(":a")]
    [InlineData("1sip:a")]
    [InlineData("sip:@host")]
    [InlineData("sip:a@")]
    [InlineData("sip:a@b@c")]
    [InlineData("sip:a b@c")]
    [InlineData("sip:a@b c")]
    [InlineData("sip:a%4@b")]
    [InlineData("sip:a%zz@b")]
    [InlineData("sip:b%41")]
    [InlineData("sip:b:0")]
    [InlineData("sip:b:65536")]
    [InlineData("sip:b:")]
    [InlineData("sip:b:5060x")]
    [InlineData("sip:b:-1")]
    [InlineData("sip:[::1")]
    [InlineData("sip:[1]")]
    [InlineData("sip:[::1]x")]
    [InlineData("sip:[::x]")]
    [InlineData("sip:b;")]
    [InlineData("sip:b;;lr")]
    [InlineData("sip:b;=x")]
    [InlineData("sip:b;a=\"x\"")]
    [InlineData("sip:b?")]
    [InlineData("sip:b?a")]
    [InlineData("sip:b?a=1&")]
    [InlineData("sip:a<b@c")]
    [InlineData("sip:é@c")]
    [InlineData("sip:a\r\n@c")]
    [InlineData("tel:")]
    [InlineData("tel:12x4")]
    [InlineData("mailto:")]
    [InlineData("mailto:a<b>")]
    public void What_breaks_the_grammar_is_refused(string text) => Assert.False(SipUri.TryParse(text, out _));

    [Fact]
    public void Length_and_number_of_parameters_are_bounded()
    {
        Assert.False(SipUri.TryParse("sip:" + new string('a', 2045), out _));
        Assert.True(SipUri.TryParse("sip:" + new string('a', 2044), out _));
        Assert.True(SipUri.TryParse("sip:b" + string.Concat(Enumerable.Repeat(";a", 64)), out _));
        Assert.False(SipUri.TryParse("sip:b" + string.Concat(Enumerable.Repeat(";a", 65)), out _));
    }

    [Theory]
    [InlineData("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5")]
    [InlineData("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on")]
    [InlineData("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com", "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com")]
    [InlineData("sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x")]
    [InlineData("tel:+358-555-1234567", "tel:+358.(555)1234567")]
    public void Section_19_1_4_equal(string left, string right)
    {
        Assert.Equal(SipUri.Parse(left), SipUri.Parse(right));
        Assert.Equal(SipUri.Parse(right), SipUri.Parse(left));
        Assert.Equal(SipUri.Parse(left).GetHashCode(), SipUri.Parse(right).GetHashCode());
    }

    [Theory]
    [InlineData("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting")]
    [InlineData("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4")]
    [InlineData("sip:a@b;x=1", "sip:a@b;x=2")]
    [InlineData("sip:a@b", "sips:a@b")]
    [InlineData("sip:a@b", "sip:a:@b")]
    [InlineData("sip:a%00@b", "sip:a@b")]
    [InlineData("sip:a%40b@c", "sip:ab@c")]
    public void Section_19_1_4_not_equal(string left, string right)
    {
        Assert.NotEqual(SipUri.Parse(left), SipUri.Parse(right));
        Assert.NotEqual(SipUri.Parse(right), SipUri.Parse(left));
    }

    [Fact]
    public void Plain_parts_are_escaped_where_they_must_be()
    {
        var uri = new SipUri("sip", "a b@c:é\r\n", "example.com", 5080).WithParameter("x", "1;2=\"3\"").WithParameter("lr");
        Assert.Equal("sip:a%20b%40c%3A%C3%A9%0D%0A@example.com:5080;x=1%3B2%3D%223%22;lr", uri.ToString());
        Assert.Equal("a b@c:é\r\n", SipUri.Unescape(SipUri.Parse(uri.ToString()).User!));
        Assert.Equal("sip:example.com:5080;lr", uri.WithoutParameter("X").WithUser(null).ToString());
        Assert.Equal("sip:bob@[::1];x=1%3B2%3D%223%22;lr", uri.WithUser("bob").WithHostPort("[::1]").ToString());
    }

    [Theory]
    [InlineData("http", "a", null)]
    [InlineData("sip", "", null)]
    [InlineData("sip", "::1", null)]
    [InlineData("sip", "a\r\nb", null)]
    [InlineData("sip", "a@b", null)]
    [InlineData("sip", "a", 0)]
    [InlineData("sip", "a", 65536)]
    public void No_uri_can_be_made_of_what_would_not_be_one(string scheme, string host, int? port) =>
        Assert.Throws<ArgumentException>(() => new SipUri(scheme, "u", host, port));
}
