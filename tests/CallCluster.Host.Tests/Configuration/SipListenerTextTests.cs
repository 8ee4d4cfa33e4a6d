using System.Net;
using CallCluster.Host.Configuration;
using CallCluster.Sip.Transports;

namespace CallCluster.Host.Tests.Configuration;

public class SipListenerTextTests
{
    [Theory]
    [InlineData("sip.example.com", "sip.example.com", null)]
    [InlineData("sip.example.com:5080", "sip.example.com", 5080)]
    [InlineData("192.0.2.1", "192.0.2.1", null)]
    [InlineData("192.0.2.1:5080", "192.0.2.1", 5080)]
    [InlineData("2001:db8::1", "[2001:db8::1]", null)]
    [InlineData("[2001:db8::1]", "[2001:db8::1]", null)]
    [InlineData("[2001:db8::1]:5080", "[2001:db8::1]", 5080)]
    public void An_advertised_address_is_a_host_with_or_without_port(string text, string host, int? port)
    {
        Assert.True(SipListenerText.TryParseAdvertised(text, out var found, out var foundPort));
        Assert.Equal((host, port), (found, foundPort));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("[::]:5060")]
    [InlineData("a b")]
    [InlineData(":5060")]
    [InlineData("host:99999")]
    public void Others_are_none(string text) => Assert.False(SipListenerText.TryParseAdvertised(text, out _, out _));

    [Fact]
    public void A_listener_of_its_own_address_goes_before_that_of_all()
    {
        var own = SipListenerText.ToListener(new ListenerOptions { Address = "udp:0.0.0.0:5060", Advertised = "203.0.113.7:5070" }, "sip.example.com");
        var common = SipListenerText.ToListener(new ListenerOptions { Address = "wss:[::1]:8443" }, "sip.example.com");

        Assert.Equal(("203.0.113.7", (int?)5070), (own.AdvertisedHost, own.AdvertisedPort));
        Assert.Equal(("sip.example.com", (int?)null), (common.AdvertisedHost, common.AdvertisedPort));
        Assert.Equal((SipTransportProtocol.Wss, IPEndPoint.Parse("[::1]:8443")), (common.Protocol, common.EndPoint));
    }
}
