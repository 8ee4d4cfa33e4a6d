using System.Net;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Tests.Messages;

/// <summary>The torture tests of RFC 5118 that concern reading: IPv6 addresses where SIP has hosts.</summary>
public sealed class Rfc5118Tests
{
    [Theory]
    [InlineData("sip:[2001:db8::10]", "2001:db8::10", null)] // §4.1
    [InlineData("sip:[2001:db8::10:5070]", "2001:db8::10:5070", null)] // §4.3: the port is within the address
    [InlineData("sip:[2001:db8::10]:5070", "2001:db8::10", 5070)] // §4.4
    [InlineData("sip:user@[::ffff:192.0.2.10]:19823", "::ffff:192.0.2.10", 19823)] // §4.9
    public void An_address_stands_in_brackets(string uri, string address, int? port)
    {
        var request = Assert.IsType<SipRequest>(SipParser.Parse(Options(uri)).Message);

        Assert.Equal(IPAddress.Parse(address), TransportLayer.AddressOf(request.RequestUri.Host));
        Assert.Equal(port, request.RequestUri.Port);
        Assert.Equal(uri, request.RequestUri.ToString());
    }

    [Theory]
    [InlineData("sip:2001:db8::10")] // §4.2
    [InlineData("sip:[2001:db8::10")]
    public void RFC5118_4_2_without_brackets_it_is_refused(string uri)
    {
        var result = SipParser.Parse(Options(uri));

        Assert.Null(result.Message);
        Assert.Equal(400, result.Status);
    }

    [Theory]
    [InlineData("2001:db8::9:255")] // §4.5
    [InlineData("[2001:db8::9:255]")] // §4.6: against the grammar, and seen
    public void RFC5118_4_5_received_is_read_with_brackets_and_without(string received)
    {
        var request = Assert.IsType<SipRequest>(SipParser.Parse(Options("sip:[2001:db8::10]", $";received={received}")).Message);

        Assert.Equal(received, request.TopVia!.Received);
    }

    [Fact]
    public void Equal_addresses_are_equal_hosts_only_when_written_alike() // RFC 3261 §19.1.4 compares text
    {
        Assert.Equal(SipUri.Parse("sip:[2001:DB8::10]"), SipUri.Parse("sip:[2001:db8::10]"));
        Assert.NotEqual(SipUri.Parse("sip:[2001:db8:0::10]"), SipUri.Parse("sip:[2001:db8::10]"));
    }

    private static byte[] Options(string uri, string via = "") => Encoding.ASCII.GetBytes(
        $"""
        OPTIONS {uri} SIP/2.0
        Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111{via}
        From: <sip:user@example.com>;tag=81x2
        To: <sip:user@example.com>
        Call-ID: SSG9559905523997077@hlau_4100
        Max-Forwards: 70
        CSeq: 8612 OPTIONS
        Content-Length: 0


        """.ReplaceLineEndings("\r\n"));
}
