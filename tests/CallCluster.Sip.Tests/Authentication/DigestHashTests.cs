using CallCluster.Sip.Authentication;

namespace CallCluster.Sip.Tests.Authentication;

public class DigestHashTests
{
    [Theory]
    [InlineData(DigestAlgorithm.Md5, "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData(DigestAlgorithm.Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void Rfc7616_3_9_1_example(DigestAlgorithm algorithm, string response)
    {
        var secret = DigestHash.Secret(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life");
        Assert.Equal(response, DigestHash.Response(
            algorithm, secret, "GET", "/dir/index.html", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", 1, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"));
    }

    [Fact]
    public void Rfc2617_3_5_example()
    {
        var secret = DigestHash.Secret(DigestAlgorithm.Md5, "Mufasa", "testrealm@host.com", "Circle Of Life");
        Assert.Equal("6629fae49393a05397450978507c4ef1", DigestHash.Response(
            DigestAlgorithm.Md5, secret, "GET", "/dir/index.html", "dcd98b7102dd2f0e8b11d0f600bfb0c093", 1, "0a4f113b"));
    }

    [Fact]
    public void Rfc2069_2_4_example_without_qop()
    {
        // With the digest as corrected in the errata of RFC 2069.
        var secret = DigestHash.Secret(DigestAlgorithm.Md5, "Mufasa", "testrealm@host.com", "CircleOfLife");
        Assert.Equal("1949323746fe6a43ef61f9606e7febea", DigestHash.Response(
            DigestAlgorithm.Md5, secret, "GET", "/dir/index.html", "dcd98b7102dd2f0e8b11d0f600bfb0c093", null, null));
    }
}
