using CallCluster.Edge.Tests.Support;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Tests.Naming;

public sealed class OwnAddressesTests
{
    [Theory]
    [InlineData("sip:6000@DOMAIN", true)]
    [InlineData("sip:6000@DOMAIN:9", true)]
    [InlineData("sips:6000@domain", true)]
    [InlineData("sip:6000@127.0.0.1", true)]
    [InlineData("sip:6000@127.0.0.1:PORT", true)]
    [InlineData("sip:6000@127.0.0.2:PORT", true)]
    [InlineData("sip:6000@127.0.0.1:9", false)]
    [InlineData("sip:6000@192.0.2.7:PORT", false)]
    [InlineData("sip:6000@domain.elsewhere.example", false)]
    [InlineData("sip:6000@DOMAIN;maddr=192.0.2.7", false)]
    [InlineData("tel:6000", false)]
    public async Task The_domain_and_where_this_edge_listens_are_ours(string uri, bool isOurs)
    {
        await using var bench = await EdgeBench.Start();
        var port = $"{bench.Uri("x").Port}";
        Assert.Equal(isOurs, bench.Edge.OwnAddresses.Has(SipUri.Parse(uri.Replace("DOMAIN", bench.Edge.Options.Domain.ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("domain", bench.Edge.Options.Domain, StringComparison.Ordinal).Replace("PORT", port, StringComparison.Ordinal))));
    }
}
