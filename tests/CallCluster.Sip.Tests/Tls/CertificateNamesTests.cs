using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Tls;

namespace CallCluster.Sip.Tests.Tls;

public sealed class CertificateNamesTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    [Fact]
    public void RFC5922_7_1_sip_URIs_come_before_DNS_names()
    {
        using var certificate = _authority.Certificate("host1.example.com", "sip:Example.com", "sip:alice@example.net");

        Assert.Equal(["example.com"], CertificateNames.Of(certificate));
    }

    [Fact]
    public void DNS_names_and_addresses_count_without_sip_URIs()
    {
        using var certificate = _authority.Certificate("Host1.Example.com", "192.0.2.1", "2001:db8::1");

        Assert.Equal(["host1.example.com", "192.0.2.1", "2001:db8::1"], CertificateNames.Of(certificate));
    }

    [Fact]
    public void A_certificate_without_alternative_names_speaks_for_nobody()
    {
        using var certificate = _authority.Certificate();

        Assert.Empty(CertificateNames.Of(certificate));
    }

    [Theory]
    [InlineData("sbc.carrier.example", "SBC.carrier.example", true)]
    [InlineData("sbc.carrier.example", "carrier.example", false)]
    [InlineData("carrier.example", "sbc.carrier.example", false)]
    [InlineData("*.carrier.example", "sbc.carrier.example", true)]
    [InlineData("*.carrier.example", "a.sbc.carrier.example", false)]
    [InlineData("*.carrier.example", "carrier.example", false)]
    [InlineData("*.carrier.example", ".carrier.example", false)]
    [InlineData("*.example", "carrier.example", false)]
    [InlineData("s*.carrier.example", "sbc.carrier.example", false)]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("*.0.2.1", "192.0.2.1", false)]
    [InlineData("2001:db8::1", "[2001:DB8:0::1]", true)]
    public void RFC5922_7_2_a_host_is_proven_by_the_same_name(string name, string host, bool isProven) =>
        Assert.Equal(isProven, CertificateNames.Prove([name], host));

    public void Dispose() => _authority.Dispose();
}
