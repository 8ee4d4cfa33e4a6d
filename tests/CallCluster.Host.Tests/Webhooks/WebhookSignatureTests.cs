using CallCluster.Host.Webhooks;

namespace CallCluster.Host.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    // Computed apart, with Python's hmac over the same bytes.
    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("plain text", "v1,jqwBeuO37ldYigaSHqcC7YjqBJtOOulPztOWrj1DjXA=")]
    public void Is_that_of_Standard_Webhooks(string secret, string expected) => Assert.Equal(expected, Sign(secret));

    [Fact]
    public void Each_secret_signs() => Assert.Equal($"{Sign("new")} {Sign("old")}", Sign("new", "old"));

    private static string Sign(params string[] secrets) =>
        WebhookSignature.Of("msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}"""u8, secrets).Signature;
}
