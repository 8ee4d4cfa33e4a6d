using System.Net;
using System.Text;
using CallCluster.Media.Rtp;
using CallCluster.Media.Stun;

namespace CallCluster.Media.Tests.Stun;

/// <summary>The test vectors of RFC 5769.</summary>
public sealed class StunVectorTests
{
    private const string TransactionId = "b7e7a701bc34d686fa87dfae";
    private static readonly byte[] Password = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();

    // Section 2.1.
    private static readonly byte[] Request = Bytes("""
        00 01 00 58  21 12 a4 42  b7 e7 a7 01  bc 34 d6 86  fa 87 df ae
        80 22 00 10  53 54 55 4e  20 74 65 73  74 20 63 6c  69 65 6e 74
        00 24 00 04  6e 00 01 ff
        80 29 00 08  93 2f f9 b1  51 26 3b 36
        00 06 00 09  65 76 74 6a  3a 68 36 76  59 20 20 20
        00 08 00 14  9a ea a7 0c  bf d8 cb 56  78 1e f2 b5  b2 d3 f2 49  c1 b5 71 a2
        80 28 00 04  e5 7a 3b cf
        """);

    // Section 2.2.
    private static readonly byte[] IPv4Response = Bytes("""
        01 01 00 3c  21 12 a4 42  b7 e7 a7 01  bc 34 d6 86  fa 87 df ae
        80 22 00 0b  74 65 73 74  20 76 65 63  74 6f 72 20
        00 20 00 08  00 01 a1 47  e1 12 a6 43
        00 08 00 14  2b 91 f5 99  fd 9e 90 c3  8c 74 89 f9  2a f9 ba 53  f0 6b e7 d7
        80 28 00 04  c0 7d 4c 96
        """);

    // Section 2.3.
    private static readonly byte[] IPv6Response = Bytes("""
        01 01 00 48  21 12 a4 42  b7 e7 a7 01  bc 34 d6 86  fa 87 df ae
        80 22 00 0b  74 65 73 74  20 76 65 63  74 6f 72 20
        00 20 00 14  00 02 a1 47  01 13 a9 fa  a5 d3 f1 79  bc 25 f4 b5  be d2 b9 d9
        00 08 00 14  a3 82 95 4e  4b e6 7b f1  17 84 c9 7c  82 92 c2 75  bf e3 ed 41
        80 28 00 04  c8 fb 0b 4c
        """);

    [Fact]
    public void The_request_is_read_and_authentic()
    {
        Assert.True(StunMessage.TryParse(Request, out var message));
        Assert.Equal(StunClass.Request, message.Class);
        Assert.Equal(TransactionId, Convert.ToHexStringLower(message.TransactionId));
        Assert.True(message.TryFind(StunAttribute.Username, out var username));
        Assert.Equal("evtj:h6vY", Encoding.UTF8.GetString(username));
        Assert.True(message.TryFind(StunAttribute.Priority, out var priority));
        Assert.Equal("6e0001ff", Convert.ToHexStringLower(priority));
        Assert.True(message.TryFind(StunAttribute.IceControlled, out var tieBreaker));
        Assert.Equal("932ff9b151263b36", Convert.ToHexStringLower(tieBreaker));
        Assert.False(message.TryFind(StunAttribute.UseCandidate, out _));
        Assert.Equal(0, message.UnknownRequired(new int[4]));
        Assert.True(message.HasFingerprint());
        Assert.True(message.HasIntegrity(Password));
        Assert.False(message.HasIntegrity("VOkJxbRl1RmTxUk/WvJxBT"u8));
    }

    [Fact]
    public void The_IPv4_response_tells_the_address() => ReadsAddress(IPv4Response, "192.0.2.1");

    [Fact]
    public void The_IPv6_response_tells_the_address() => ReadsAddress(IPv6Response, "2001:db8:1234:5678:11:2233:4455:6677");

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8:1234:5678:11:2233:4455:6677")]
    public void What_is_written_is_the_vector_but_for_its_padding(string address)
    {
        var expected = address.Contains(':') ? IPv6Response : IPv4Response;
        var writer = new StunWriter(new byte[StunMessage.MaxLength], StunClass.Success, Convert.FromHexString(TransactionId));
        writer.Add(0x8022, "test vector"u8);
        writer.AddMappedAddress(PeerAddress.From(new IPEndPoint(IPAddress.Parse(address), 32853)));
        // The vector pads with a blank, we with zero (RFC 8489 section 14).
        Assert.Equal(0, writer.Written[35]);
        writer.Written[35] = (byte)' ';
        writer.AddIntegrity(Password);
        writer.AddFingerprint();
        Assert.Equal(expected, writer.Written);
    }

    [Fact]
    public void Any_bit_that_is_changed_is_noticed()
    {
        for (var bit = 0; bit < Request.Length * 8; bit++)
        {
            var changed = (byte[])Request.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(StunMessage.TryParse(changed, out var message) && message.HasFingerprint() && message.HasIntegrity(Password), $"bit {bit}");
        }
    }

    [Fact]
    public void A_message_that_is_cut_short_or_goes_on_is_none()
    {
        for (var length = 0; length < Request.Length; length++)
            Assert.False(StunMessage.TryParse(Request.AsSpan(0, length), out _), $"length {length}");
        Assert.False(StunMessage.TryParse([.. Request, 0, 0, 0, 0], out _));
    }

    private static void ReadsAddress(byte[] response, string address)
    {
        Assert.True(StunMessage.TryParse(response, out var message));
        Assert.Equal(StunClass.Success, message.Class);
        Assert.True(message.HasFingerprint());
        Assert.True(message.HasIntegrity(Password));
        Assert.True(message.TryReadMappedAddress(out var mapped));
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), 32853), mapped.ToEndPoint());
    }

    private static byte[] Bytes(string hexadecimal) => Convert.FromHexString(string.Concat(hexadecimal.Where(char.IsAsciiHexDigit)));
}
