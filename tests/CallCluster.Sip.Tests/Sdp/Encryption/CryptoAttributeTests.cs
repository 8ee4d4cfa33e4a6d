using CallCluster.Sip.Sdp.Encryption;

namespace CallCluster.Sip.Tests.Sdp.Encryption;

/// <summary>RFC 4568 §9: the grammar of a=crypto, and which lines must not be used.</summary>
public sealed class CryptoAttributeTests
{
    private const string Key = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

    [Theory]
    [InlineData($"1 AES_CM_128_HMAC_SHA1_80 {Key}", 1)]
    [InlineData($"1 AES_CM_128_HMAC_SHA1_32 {Key}|2^20", 1)]
    [InlineData($"999999999  AES_CM_128_HMAC_SHA1_80\t{Key}|1048576 WSH=64 -ext", 999_999_999)]
    public void A_line_that_can_be_used(string value, int tag)
    {
        var crypto = Assert.Single(Read(value));
        Assert.Equal(tag, crypto.Tag);
        Assert.Equal(30, crypto.KeyAndSalt.Length);
        Assert.Equal((byte)'Y', crypto.KeyAndSalt[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80")]
    [InlineData($"-1 AES_CM_128_HMAC_SHA1_80 {Key}")]
    [InlineData($"1234567890 AES_CM_128_HMAC_SHA1_80 {Key}")]
    [InlineData($"1 F8_128_HMAC_SHA1_80 {Key}")]
    [InlineData($"1 NULL_HMAC_SHA1_80 {Key}")]
    [InlineData($"1 aes_cm_128_hmac_sha1_80x {Key}")]
    [InlineData($"1 AEAD_AES_256_GCM {Key}")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:short")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:!!!!X19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 uri:https://example.com/key")]
    [InlineData($"1 AES_CM_128_HMAC_SHA1_80 {Key}|2^20|1:4")]
    [InlineData($"1 AES_CM_128_HMAC_SHA1_80 {Key}|1:4")]
    [InlineData($"1 AES_CM_128_HMAC_SHA1_80 {Key};{Key}")]
    [InlineData($"1 AES_CM_128_HMAC_SHA1_80 {Key} UNENCRYPTED_SRTP")]
    [InlineData($"1 AES_CM_128_HMAC_SHA1_80 {Key} UNENCRYPTED_SRTCP")]
    [InlineData($"1 AES_CM_128_HMAC_SHA1_80 {Key} UNAUTHENTICATED_SRTP")]
    [InlineData($"1 AES_CM_128_HMAC_SHA1_80 {Key} KDR=1")]
    [InlineData($"1 AES_CM_128_HMAC_SHA1_80 {Key} FEC_ORDER=FEC_SRTP")]
    public void A_line_that_must_not_be_used(string value) => Assert.Empty(Read(value));

    [Fact]
    public void Its_text_has_no_key_and_its_attribute_is_read_back()
    {
        foreach (var suite in CryptoSuite.All)
        {
            var crypto = CryptoAttribute.Generate(3, suite);
            Assert.Equal($"3 {suite.Name}", crypto.ToString());
            Assert.True(Assert.Single(Read(crypto.ToAttribute().Value!)).SameKey(crypto));
            Assert.False(CryptoAttribute.Generate(3, suite).SameKey(crypto));
        }
    }

    private static CryptoAttribute[] Read(string value) =>
        [.. CryptoAttribute.Of(SdpText.Parse($"{SdpText.Head}m=audio 5004 RTP/SAVP 0\na=crypto:{value}\n").Media[0])];
}
