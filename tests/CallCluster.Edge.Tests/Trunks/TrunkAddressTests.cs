using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Trunks;

namespace CallCluster.Edge.Tests.Trunks;

public sealed class TrunkAddressTests
{
    [Theory]
    [InlineData("tel:+15550199", "sip:sbc.example:5070;transport=tcp", "sip:+15550199@sbc.example:5070;transport=tcp", "")]
    [InlineData("sip:desk@partner.example", "sip:sbc.example", "sip:desk@partner.example", "sip:sbc.example;lr")]
    [InlineData("sip:desk@partner.example?Subject=x", "sip:sbc.example;lr", "sip:desk@partner.example", "sip:sbc.example;lr")]
    public void A_number_is_asked_of_the_proxy_and_a_URI_is_sent_by_way_of_it(string destination, string proxy, string target, string route)
    {
        Assert.True(TrunkAddress.TryMake(Destination.Parse(destination), new TrunkOptions { Proxy = proxy }, out var address));
        Assert.Equal((target, route), (address.Target.ToString(), string.Join(',', address.Route)));
    }

    [Fact]
    public void A_trunk_without_proxy_takes_no_calls() => Assert.False(TrunkAddress.TryMake(Destination.Parse("tel:+1"), new TrunkOptions(), out _));
}
