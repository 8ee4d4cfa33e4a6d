using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Tests.Messages;

/// <summary>Via, CSeq and name addresses on their own (RFC 3261 sections 20.10, 20.42 and 25.1, RFC 3581).</summary>
public class HeaderValueTests
{
    [Theory]
    [InlineData("\"A. G. Bell\" <sip:agb@bell-telephone.com> ;tag=a48s", "A. G. Bell", "a48s")]
    [InlineData("Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8", "Anonymous", "hyh8")]
    [InlineData("sip:+12125551212@server.phone2net.com;tag=887s", null, "887s")]
    [InlineData("<sip:a@b;tag=uri>", null, null)]
    [InlineData("\"\" <sip:a@b>;TAG=x", null, "x")]
    [InlineData("Jürgen O'Neil (x) <sip:a@b>", "Jürgen O'Neil (x)", null)]
    [InlineData("\"<sip:evil@c>;tag=1\" <sip:a@b>", "<sip:evil@c>;tag=1", null)]
    public void Section_20_20_addresses(string text, string? displayName, string? tag)
    {
        Assert.True(NameAddress.TryParse(text, out var address));
        Assert.Equal((displayName, tag), (address.DisplayName, address.Tag));
        Assert.True(NameAddress.TryParse(address.ToString(), out var again));
        Assert.Equal(address.ToString(), again.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("alice@example.com")]
    [InlineData("<sip:a@b")]
    [InlineData("<>")]
    [InlineData("\"a\" sip:a@b")]
    [InlineData("\"a <sip:a@b>")]
    [InlineData("\"a\\\" <sip:a@b>")]
    [InlineData("a, b <sip:a@b>")]
    [InlineData("<sip:a@b>;")]
    [InlineData("<sip:a@b>x")]
    [InlineData("<sip:a@b>;tag=")]
    [InlineData("<sip:a@b>;tag=\"x")]
    [InlineData("sip:a@b?X=y")]
    public void What_breaks_the_grammar_of_an_address_is_refused(string text) => Assert.False(NameAddress.TryParse(text, out _));

    [Fact]
    public void A_display_name_cannot_break_out_of_its_quotes()
    {
        var address = new NameAddress(SipUri.Parse("sip:a@b"), "\" <sip:evil@c>\r\nVia: x\u0085");
        Assert.Equal("\"\\\" <sip:evil@c>??Via: x?\" <sip:a@b>", address.ToString());
        Assert.True(NameAddress.TryParse(address.ToString(), out var again));
        Assert.Equal("b", again.Uri.Host);
    }

    [Theory]
    [InlineData("3600", 3600u)]
    [InlineData("0", 0u)]
    [InlineData("280297596632815", uint.MaxValue)]
    [InlineData("-1", null)]
    [InlineData("1x", null)]
    public void Section_20_19_expires(string text, uint? seconds)
    {
        Assert.True(NameAddress.TryParse($"<sip:a@b>;expires={text}", out var address));
        Assert.Equal(seconds, address.Expires);
    }

    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData("1.000", 1.0)]
    [InlineData("1.1", null)]
    [InlineData("1e-1", null)]
    [InlineData("NaN", null)]
    public void Section_20_10_q(string text, double? q)
    {
        Assert.True(NameAddress.TryParse($"<sip:a@b>;q={text}", out var address));
        Assert.Equal(q, address.Q);
    }

    [Fact]
    public void Rfc3581_rport_is_asked_for_and_filled_in()
    {
        var via = Via("SIP/2.0/udp 10.1.1.1:4540;rport;branch=z9hG4bKkjshdyff");
        Assert.Equal(("UDP", true, null, true), (via.Transport, via.HasRPort, via.RPort, via.HasMagicCookie));
        var filled = via.WithParameter("received", "2001:db8::1").WithParameter("rport", "9988");
        Assert.Equal("SIP/2.0/UDP 10.1.1.1:4540;rport=9988;branch=z9hG4bKkjshdyff;received=2001:db8::1", filled.ToString());
        Assert.Equal((9988, "2001:db8::1"), (filled.RPort, Via(filled.ToString()).Received));
    }

    [Theory]
    [InlineData("z9hG4bK", false)]
    [InlineData("abc", false)]
    [InlineData("z9hG4bKa", true)]
    [InlineData("Z9HG4BKa", true)]
    public void Section_17_2_3_magic_cookie(string branch, bool has) => Assert.Equal(has, Via($"SIP/2.0/UDP h;branch={branch}").HasMagicCookie);

    [Theory]
    [InlineData("rport=0")]
    [InlineData("rport=65536")]
    [InlineData("rport=x")]
    public void An_rport_that_is_no_port_counts_as_empty(string parameter) => Assert.Null(Via("SIP/2.0/UDP h;" + parameter).RPort);

    private static ViaHeader Via(string text)
    {
        Assert.True(ViaHeader.TryParse(Encoding.ASCII.GetBytes(text), out var via));
        return via;
    }
}
