using CallCluster.Media.Stun;

namespace CallCluster.Media.Tests.Stun;

public sealed class StunMessageTests
{
    private static readonly byte[] TransactionId = [.. Enumerable.Range(1, 12).Select(i => (byte)i)];

    [Fact]
    public void What_stands_behind_the_integrity_is_not_believed()
    {
        var writer = new StunWriter(new byte[StunMessage.MaxLength], StunClass.Request, TransactionId);
        writer.Add(StunAttribute.Username, "a:b"u8);
        writer.AddIntegrity("secret"u8);
        writer.Add(StunAttribute.UseCandidate, ReadOnlySpan<byte>.Empty);
        writer.AddFingerprint();
        Assert.True(StunMessage.TryParse(writer.Written, out var message));
        Assert.True(message.HasIntegrity("secret"u8));
        Assert.False(message.TryFind(StunAttribute.UseCandidate, out _));
    }

    [Fact]
    public void What_stands_behind_the_fingerprint_makes_it_no_message()
    {
        var writer = new StunWriter(new byte[StunMessage.MaxLength], StunClass.Request, TransactionId);
        writer.AddFingerprint();
        writer.Add(StunAttribute.UseCandidate, ReadOnlySpan<byte>.Empty);
        Assert.False(StunMessage.TryParse(writer.Written, out _));
    }

    [Fact]
    public void Errors_are_written_and_read()
    {
        var writer = new StunWriter(new byte[StunMessage.MaxLength], StunClass.Error, TransactionId);
        writer.AddError(420, "Unknown Attribute");
        writer.AddUnknown([0x7001, 0x7002, 0x7003]);
        Assert.True(StunMessage.TryParse(writer.Written, out var message));
        Assert.Equal((StunClass.Error, 420), (message.Class, message.ReadErrorCode()));
        Assert.True(message.TryFind(StunAttribute.UnknownAttributes, out var types));
        Assert.Equal("700170027003", Convert.ToHexStringLower(types));
    }

    [Fact]
    public void Unknown_attributes_are_told_unless_they_may_be_ignored()
    {
        var writer = new StunWriter(new byte[StunMessage.MaxLength], StunClass.Request, TransactionId);
        writer.Add(0x7001, 1u);
        writer.Add(0xC057, 1u); // GOOG-NETWORK-INFO, which Chromium sends
        writer.Add(0x7002, 2ul);
        Assert.True(StunMessage.TryParse(writer.Written, out var message));
        var types = new int[4];
        Assert.Equal(2, message.UnknownRequired(types));
        Assert.Equal([0x7001, 0x7002, 0, 0], types);
    }

    [Theory]
    [InlineData("0002 0000 2112a442 0102030405060708090a0b0c", "another method than Binding")]
    [InlineData("0001 0000 2112a443 0102030405060708090a0b0c", "another cookie (RFC 3489)")]
    [InlineData("0001 0004 2112a442 0102030405060708090a0b0c", "shorter than it says")]
    [InlineData("0001 0002 2112a442 0102030405060708090a0b0c 0000", "not a multiple of four")]
    [InlineData("0001 0004 2112a442 0102030405060708090a0b0c 0006ffff", "a name of 65535 bytes")]
    [InlineData("0001 0008 2112a442 0102030405060708090a0b0c 0006000500000000", "an attribute whose padding is missing")]
    [InlineData("0001 0008 2112a442 0102030405060708090a0b0c 0008000400000000", "a MAC of four bytes")]
    [InlineData("0001 0004 2112a442 0102030405060708090a0b0c 80280000", "a CRC of no bytes")]
    [InlineData("4001 0000 2112a442 0102030405060708090a0b0c", "the first two bits")]
    public void Malformed_messages_are_none(string hexadecimal, string why) =>
        Assert.False(StunMessage.TryParse(Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal)), out _), why);

    [Theory]
    [InlineData("stun:stun.example", "stun.example", 3478)]
    [InlineData("stun:192.0.2.1:19302", "192.0.2.1", 19302)]
    [InlineData("stun:[2001:db8::1]", "2001:db8::1", 3478)]
    [InlineData("stun:[2001:db8::1]:99", "2001:db8::1", 99)]
    public void Servers_are_read(string text, string host, int port)
    {
        Assert.True(StunServer.TryParse(text, out var server));
        Assert.Equal(new StunServer(host, port), server);
    }

    [Theory]
    [InlineData("stun.example")]
    [InlineData("stun:")]
    [InlineData("stun::3478")]
    [InlineData("stun:host:0")]
    [InlineData("stun:host:65536")]
    [InlineData("stun:ho st")]
    [InlineData("turn:host")]
    public void What_is_no_server_is_refused(string text) => Assert.False(StunServer.TryParse(text, out _));
}
